"""Written moments: the grammar, what is read leniently, and when one comes after another."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from awscontract.conformance.protocols.timestamps import Instant, read_instant, read_rfc3339

SECOND, MILLI = 10**9, 10**6


def instant(text: str) -> Instant:
    found = read_rfc3339(text)
    assert found is not None, text
    return found


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01t00:00:00z", 0),
        ("1970-01-01T01:00:00+01:00", 0),
        ("1969-12-31T23:30:00-00:30", 0),
        ("2026-03-01T10:00:00Z", 1772359200),
        ("2026-03-01T10:00:00.000Z", 1772359200),
        ("2024-02-29T00:00:00Z", 1709164800),
        ("2016-12-31T23:59:60Z", 1483228800),
        ("0000-01-01T00:00:00Z", -62167219200),
        ("0000-02-29T00:00:00Z", -62167219200 + 59 * 86400),
        ("0001-01-01T00:00:00Z", -62135596800),
        ("0001-01-01T00:00:00+23:59", -62135596800 - 86340),
        ("9999-12-31T23:59:59Z", 253402300799),
        ("9999-12-31T23:59:59-23:59", 253402300799 + 86340),
    ],
)
def test_rfc3339(text: str, seconds: int) -> None:
    """Every year of four digits, leap days, a leap second, offsets to both sides."""
    assert instant(text).start == seconds * SECOND
    assert str(instant(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-03-01",
        "2026-03-01T10:00:00",
        "2026-03-01 10:00:00Z",
        "2026-03-01T10:00Z",
        "2026-03-01T10:00:00.Z",
        "2026-03-01T10:00:00,5Z",
        "2026-03-01T10:00:00+0100",
        "2026-03-01T10:00:00+01",
        "2026-03-01T10:00:00+24:00",
        "2026-03-01T10:00:00+01:60",
        "2026-03-01T24:00:00Z",
        "2026-03-01T10:60:00Z",
        "2026-03-01T10:00:61Z",
        "2026-02-29T10:00:00Z",
        "2026-00-01T10:00:00Z",
        "2026-13-01T10:00:00Z",
        "2026-03-00T10:00:00Z",
        "12026-03-01T10:00:00Z",
        "26-03-01T10:00:00Z",
        "2026-3-1T10:00:00Z",
        "20260301T100000Z",
        " 2026-03-01T10:00:00Z",
        "2026-03-01T10:00:00Z\n",
        "٢٠٢٦-03-01T10:00:00Z",
        "2026-03-01T10:00:00ZZ",
        "-2026-03-01T10:00:00Z",
    ],
)
def test_no_rfc3339(text: str) -> None:
    """Other forms of ISO 8601, days that no month has, other digits than ASCII's."""
    assert read_rfc3339(text) is None


@pytest.mark.parametrize(
    ("text", "start", "unit"),
    [
        ("1970-01-01T00:00:00.5Z", 500 * MILLI, 100 * MILLI),
        ("1970-01-01T00:00:00.125Z", 125 * MILLI, MILLI),
        ("1970-01-01T00:00:00.000000001Z", 1, 1),
        ("1970-01-01T00:00:00.0000000019Z", 1, 1),
        ("1970-01-01T00:00:00Z", 0, SECOND),
    ],
)
def test_precision(text: str, start: int, unit: int) -> None:
    """An instant lasts one unit of its last digit; beyond nanoseconds nothing is kept."""
    assert (instant(text).start, instant(text).unit) == (start, unit)


@pytest.mark.parametrize(
    ("earlier", "later", "after"),
    [
        ("2026-03-01T10:00:00Z", "2026-03-01T10:00:01Z", True),
        ("2026-03-01T10:00:00.999Z", "2026-03-01T10:00:00Z", False),
        ("2026-03-01T10:00:00Z", "2026-03-01T10:00:00.999Z", False),
        ("2026-03-01T10:00:00.999Z", "2026-03-01T10:00:01Z", True),
        ("2026-03-01T10:00:00.124Z", "2026-03-01T10:00:00.125Z", True),
        ("2026-03-01T10:00:00.12Z", "2026-03-01T10:00:00.125Z", False),
        ("2026-03-01T10:00:00+01:00", "2026-03-01T10:00:00Z", True),
        ("2026-03-01T11:00:00+01:00", "2026-03-01T10:00:00Z", False),
        ("1969-12-31T23:59:59.999Z", "1970-01-01T00:00:00Z", True),
        ("0000-12-31T23:59:59Z", "0001-01-01T00:00:00Z", True),
    ],
)
def test_after(earlier: str, later: str, after: bool) -> None:
    """One is after another only where their coarser precision can tell; then the other is not after the one."""
    assert instant(later).after(instant(earlier)) is after
    assert instant(earlier).after(instant(later)) is False
    assert instant(earlier).same(instant(later)) is not after


@pytest.mark.parametrize(
    ("text", "start", "unit"),
    [
        ("1772359200", 1772359200 * SECOND, SECOND),
        (" 1772359200.5 ", 1772359200 * SECOND + 500 * MILLI, 100 * MILLI),
        ("1772359200125", 1772359200 * SECOND + 125 * MILLI, MILLI),
        ("2026-03-01T10:00:00", 1772359200 * SECOND, SECOND),
        ("2026-03-01 10:00:00", 1772359200 * SECOND, SECOND),
        ("2026-03-01 11:00:00+01:00", 1772359200 * SECOND, SECOND),
        ("20260301T100000Z", 1772359200 * SECOND, SECOND),
        ("2026-03-01T10:00:00.125", 1772359200 * SECOND + 125 * MILLI, 1000),
        ("Sun, 01 Mar 2026 10:00:00 GMT", 1772359200 * SECOND, SECOND),
        ("Sun, 01 Mar 2026 11:00:00 +0100", 1772359200 * SECOND, SECOND),
        ("  2026-03-01T10:00:00Z\n", 1772359200 * SECOND, SECOND),
    ],
)
def test_lenient(text: str, start: int, unit: int) -> None:
    """What servers write instead still is a moment."""
    found = read_instant(text)
    assert found is not None
    assert (found.start, found.unit) == (start, unit)


@pytest.mark.parametrize(
    "text", ["", "soon", "yesterday", "2026-02-30T00:00:00Z", "1e9", "0x10", "99999999999999", "nan", "²", "None"]
)
def test_no_moment(text: str) -> None:
    """Some texts are no moment at all."""
    assert read_instant(text) is None


@given(st.datetimes(), st.integers(0, 9), st.sampled_from(["Z", "z", "+00:00", "-11:30", "+23:59"]))
def test_every_date_time_is_read(moment: object, digits: int, zone: str) -> None:
    """Whatever is written by the grammar is read, and the lenient reader agrees."""
    fraction = "." + "123456789"[:digits] if digits else ""
    text = f"{moment:%Y}".zfill(4) + f"{moment:-%m-%dT%H:%M:%S}{fraction}{zone}"
    assert instant(text).unit == 10 ** (9 - digits)
    assert read_instant(text) == read_rfc3339(text)


@given(st.text())
def test_any_text_is_a_moment_or_none(text: str) -> None:
    """Reading is total, and what the strict reader takes the lenient one takes too."""
    assert read_rfc3339(text) is None or read_instant(text) is not None
