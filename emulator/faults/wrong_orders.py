"""Orders that faults of documented orders and those of sort keys have in common."""

from __future__ import annotations

from ..records import Read, Row, ServedPage
from ..report_rows import Service
from ..stages.listings import by_time, order, paginate
from .fault import accessed

__all__ = ["as_drawn", "by_length", "by_name", "in_place", "pages_sorted"]


def _name(row: Row) -> str:
    return row.name if isinstance(row, Service) else row.key


def by_name(read: Read) -> tuple[Row, ...]:
    """Rows by their names, not by what identifies them."""
    return tuple(sorted(read.rows, key=_name, reverse=read.sort.descending))


def by_length(read: Read) -> tuple[Row, ...]:
    """Short keys first."""
    return tuple(sorted(read.rows, key=lambda each: (len(each.key), each.key)))


def in_place(read: Read) -> tuple[Row, ...]:
    """Only rows that were accessed are sorted by time; the others stay where they were."""
    if not by_time(read):
        return order(read)
    timed = iter([each for each in order(read) if accessed(each)])
    return tuple(next(timed) if accessed(each) else each for each in read.rows)


def as_drawn(read: Read) -> tuple[Row, ...]:
    """The order of the database."""
    return read.rows


def pages_sorted(read: Read, rows: tuple[Row, ...]) -> ServedPage:
    """The listing is cut first and sorted then."""
    page = paginate(read, read.rows)
    return page._replace(rows=order(read._replace(rows=page.rows)))
