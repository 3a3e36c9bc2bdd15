"""A line of the table that the benchmarks print, and the table."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement, beside the plain way of doing the same where there is one."""

    benchmark: str
    what: str
    ours: float
    unit: str  # of both figures
    plain: float | None = None
    plain_way: str = ""  # what the plain figure is of
    target: str = ""  # in words; "" where none was set
    met: bool | None = None  # whether the target is; None where none was set
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Our figure over the plain one."""
        return self.ours / self.plain if self.plain else None


def table(rows: Sequence[Row]) -> str:
    """The rows as a table of text; what does not fit in a column stands below its row.

    >>> print(table([Row("start-up", "help", 0.3, "s", 0.1, "python -c pass")]))
    benchmark  what  ours     plain    ratio  target
    start-up   help  0.300 s  0.100 s  3.00
               plain: python -c pass
    """
    head = ("benchmark", "what", "ours", "plain", "ratio", "target")
    cells = [_cells(row) for row in rows]
    widths = [max(map(len, column)) for column in zip(head, *cells, strict=True)]
    lines = [_line(head, widths)]
    for row, texts in zip(rows, cells, strict=True):
        lines.append(_line(texts, widths))
        below = (f"plain: {row.plain_way}" if row.plain_way else "", row.note)
        lines += [" " * (widths[0] + 2) + text for text in below if text]
    return "\n".join(lines)


def as_json(rows: Iterable[Row], **facts: object) -> str:
    """The rows, with the ratio of each, and facts about the run."""
    listed = [asdict(row) | {"ratio": row.ratio} for row in rows]
    return json.dumps({**facts, "rows": listed}, indent=2, ensure_ascii=False)


def _cells(row: Row) -> tuple[str, ...]:
    plain = "" if row.plain is None else _figure(row.plain, row.unit)
    ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
    verdict = "" if row.met is None else (" met" if row.met else " MISSED")
    return (
        row.benchmark,
        row.what,
        _figure(row.ours, row.unit),
        plain,
        ratio,
        f"{row.target}{':' if row.target and verdict else ''}{verdict}",
    )


def _figure(value: float, unit: str) -> str:
    """Three digits behind the point below 10, one above, none from 1,000.

    >>> _figure(0.25, "s"), _figure(31.25, "ms"), _figure(1234.5, "MB")
    ('0.250 s', '31.2 ms', '1,234 MB')
    """
    digits = 3 if abs(value) < 10 else 1 if abs(value) < 1000 else 0
    return f"{value:,.{digits}f} {unit}".strip()


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return "  ".join(padded).rstrip()
