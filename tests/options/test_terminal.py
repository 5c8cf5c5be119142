"""Lines are as wide as the terminal, and not broken elsewhere; NO_COLOR, FORCE_COLOR and the terminal decide on colour."""

import io
import shlex

import pytest

from awscontract.options.terminal import PLAIN, Layout, layout_of

ROWS = [("a", "bb", "some words that are longer than what is left of the line"), ("aaaaaa", "b", "")]


class Stream(io.StringIO):
    """A stream that may be a terminal."""

    def __init__(self, terminal: bool) -> None:
        super().__init__()
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


@pytest.mark.parametrize(
    ("terminal", "variables", "colour"),
    [
        (True, {}, True),
        (False, {}, False),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"NO_COLOR": ""}, True),
        (True, {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        (False, {"FORCE_COLOR": "1"}, True),
        (True, {"FORCE_COLOR": "0"}, False),
        (True, {"TERM": "dumb"}, False),
        (True, {"TERM": "dumb", "FORCE_COLOR": "3"}, True),
    ],
)
def test_what_decides(terminal: bool, variables: dict[str, str], colour: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The width is the terminal's, and none where there is no terminal, whatever the colour is."""
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"COLUMNS": "72", "TERM": "xterm", **variables}.items():
        monkeypatch.setenv(name, value)

    assert layout_of(Stream(terminal)) == Layout(72 if terminal else None, colour)


def test_no_stream() -> None:
    """A closed standard output has no width."""
    assert layout_of(None).width is None


def test_lines_are_broken_for_a_terminal_only() -> None:
    """Between words, with an indent; anywhere, on demand. A log has one line."""
    text = "word " * 20 + "end"

    assert PLAIN.wrap(text, 4, "* ") == [f"* {text}"]
    lines = Layout(40).wrap(text, 4, "* ")
    assert lines[0].startswith("* word") and all(each.startswith("    word") for each in lines[1:])
    assert max(map(len, lines)) <= 40
    assert Layout(40).wrap("x" * 90, first="") == ["x" * 90]
    assert max(map(len, Layout(40).wrap("x" * 90, anywhere=True))) == 40
    assert Layout(40).wrap("", first="note: ") == ["note: "]


def test_commands_are_not_broken() -> None:
    """A command in backticks stays on one line, and one on a line of its own is continued as shells do it."""
    lines = Layout(50).wrap("see what `awscontract explain a.b` says about it, or ask somebody")
    assert any("`awscontract explain a.b`" in each for each in lines)

    command = "awscontract fuzz-client --operation iam:ListUsers --key 'a b' -- python client.py"
    lines = Layout(50).command(command, 4, "again ")
    assert max(map(len, lines)) <= 50 and all(each.endswith(" \\") for each in lines[:-1])
    assert shlex.split("\n".join(lines).replace("\\\n", ""))[1:] == shlex.split(command)
    assert PLAIN.command(command, 4, "again ") == [f"again {command}"]


@pytest.mark.parametrize("width", [None, 40, 60, 200])
def test_tables(width: int | None) -> None:
    """The last column goes on beside the others, or stands below them where it would be narrow; no row is lost."""
    lines = list(Layout(width).table(ROWS))

    assert " ".join(" ".join(lines).split()) == " ".join(" ".join(" ".join(row).split()) for row in ROWS)
    assert width is None or max(map(len, lines)) <= width
    assert lines[-1] == "  aaaaaa  b"
    if width in (None, 200):
        assert len(lines) == 2
    if width == 40:
        assert lines[0] == "  a       bb"
        assert all(each.startswith("      ") for each in lines[1:-1])


def test_colours() -> None:
    """Nothing is coloured without a colour of its own, or where there are no colours."""
    assert Layout(80, colour=True).paint("broken", "failed") == "\x1b[31m\x1b[1mbroken\x1b[0m"
    assert Layout(80, colour=True).paint("other", "indeterminate") == "other"
    assert PLAIN.paint("broken", "failed") == "broken"
