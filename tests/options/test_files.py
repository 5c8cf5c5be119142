"""Files that the user names: read up to a limit, written as a whole or not at all."""

import os
import stat

import pytest

from awscontract.errors import UsageError
from awscontract.options.files import check_apart, check_writable, read, read_toml, write

pytestmark = pytest.mark.smoke


class TestRead:
    @pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="needs /dev/zero")
    def test_a_file_without_end(self):
        """It is one line instead of all memory."""
        with pytest.raises(UsageError, match=r"^/dev/zero is larger than 1 MiB, which no file of this kind is$"):
            read("/dev/zero", 2**20)

    def test_the_limit_itself(self, tmp_path):
        """A file of that size is read."""
        (tmp_path / "f").write_bytes(b"x" * 100)

        assert len(read(str(tmp_path / "f"), 100)) == 100

    @pytest.mark.parametrize("name", ["nowhere", "a\0b", "."])
    def test_what_cannot_be_read(self, name):
        """One line that names the file."""
        with pytest.raises(UsageError) as caught:
            read(name)

        assert str(caught.value).startswith("cannot read ") and "\n" not in str(caught.value)

    @pytest.mark.parametrize(
        "content", [b"x = " + b"9" * 5000, b"x = " + b"[" * 3000 + b"]" * 3000, b"x = 'a\0'", b"\xff", b"x"]
    )
    def test_hostile_toml(self, content):
        """Whatever is in it is one line."""
        with pytest.raises(UsageError, match=r"^f ") as caught:
            read_toml("f", content)

        assert "\n" not in str(caught.value)


class TestWrite:
    def test_replaces_the_whole_file(self, tmp_path):
        """A new file has the mode of any new file, and nothing else is left in the folder."""
        (tmp_path / "plain").touch()
        file = tmp_path / "result.json"
        write(str(file), b"old and longer")
        write(str(file), b"new")

        assert file.read_bytes() == b"new"
        assert file.stat().st_mode == (tmp_path / "plain").stat().st_mode
        assert sorted(os.listdir(tmp_path)) == ["plain", "result.json"]

    def test_keeps_the_mode(self, tmp_path):
        """A secret file stays secret."""
        file = tmp_path / "result.json"
        file.touch(0o600)
        write(str(file), b"new")

        assert stat.S_IMODE(file.stat().st_mode) == 0o600

    @pytest.mark.parametrize("exists", [True, False])
    def test_keeps_a_link(self, tmp_path, exists):
        """What it leads to is replaced, also where that is not there yet."""
        (tmp_path / "elsewhere").mkdir()
        target, link = tmp_path / "elsewhere" / "real.json", tmp_path / "result.json"
        if exists:
            target.write_text("old")
        link.symlink_to(target)
        check_writable("--save", str(link))
        write(str(link), b"new")

        assert link.is_symlink()
        assert target.read_bytes() == b"new"

    def test_leaves_what_it_cannot_replace(self, tmp_path, monkeypatch):
        """Where the disk is full the old file stays, and no other."""
        file = tmp_path / "result.json"
        file.write_text("old")

        def full(*args):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "replace", full)
        with pytest.raises(UsageError, match="No space left on device"):
            write(str(file), b"new")

        assert (file.read_text(), os.listdir(tmp_path)) == ("old", ["result.json"])

    def test_devices(self):
        """What is not a regular file is written to and not replaced."""
        write("/dev/null", b"new")

        assert not os.path.isfile("/dev/null")


class TestBefore:
    def test_two_names_of_one_file(self, tmp_path):
        """One would replace the other, also by way of a link."""
        (tmp_path / "a").touch()
        (tmp_path / "b").symlink_to(tmp_path / "a")

        with pytest.raises(UsageError, match="one would be lost"):
            check_apart({"--save": str(tmp_path / "a"), "--record": str(tmp_path / "b")})

    @pytest.mark.parametrize(
        ("name", "message"), [("x/y", "^--save x/y: the folder .*x does not exist"), (".", "is a folder")]
    )
    def test_what_cannot_become_a_file(self, tmp_path, monkeypatch, name, message):
        """Found before anything runs, and nothing is left behind."""
        monkeypatch.chdir(tmp_path)
        with pytest.raises(UsageError, match=message):
            check_writable("--save", name)

        check_writable("--save", "fine")
        assert os.listdir(tmp_path) == []
