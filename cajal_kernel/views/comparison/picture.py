"""The picture of a comparison: a table of what differs, then the maps that differ most."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

import cajal_core as cajal
from cajal_kernel.views.comparison.data import Compared, Difference
from cajal_kernel.views.matrix.difference import comparison
from cajal_kernel.views.paint import MONO, NEGATIVE, QUIET, bar, counted, left, width
from cajal_kernel.views.picture import Picture

DRAWN = 4
"""The most pairs of maps that are drawn, those first that differ most."""

LISTED = 100
"""The most differences that the table lists."""

HEAD = ("name", "before", "after", "what differs")


def comparison_pictures(compared: Compared) -> Iterator[Picture]:
    """The table, and each pair of maps with its difference on one scale."""
    pairs = [each.pair for each in compared.differences if each.pair]
    rows = [_row(each) for each in compared.differences[:LISTED]]
    lines = [_headline(compared), *_table(rows)]
    notes = []
    if more := len(compared.differences) - LISTED:
        notes += [f"… and {counted(more, 'difference')} more"] if more > 0 else []
    if len(pairs) > DRAWN:
        notes.append(f"the {DRAWN} that differ most are drawn, of {len(pairs)}")
    html = _html(compared, rows) + "".join(f'<div style="{QUIET}">{escape(note)}</div>' for note in notes)
    yield Picture("\n".join([*lines, *notes]), html)
    for before, after in pairs[:DRAWN]:
        yield comparison(before, after)


def _headline(compared: Compared) -> str:
    alike = f"{counted(compared.alike, 'name')} {'is' if compared.alike == 1 else 'are'} alike"
    unknown = sum(each.kind == "unknown" for each in compared.differences)
    differ = len(compared.differences) - unknown
    parts = [
        counted(differ, "difference") if differ else "no difference",
        *([alike] if compared.alike else []),
    ]
    if unknown:
        parts.append(f"{unknown} could not be compared")
    return "; ".join(parts)


def _row(each: Difference) -> tuple[str, str, str, str]:
    """What the table says of a difference. What is the same on both sides is said once."""
    after = "the same" if each.before == each.after and each.before else each.after
    said = {"learned": "learned: ", "link": "linked: "}.get(each.kind, "") + each.what
    name, before, after, what = (cajal.shorten(cell) for cell in (each.name, each.before, after, said))
    return name, before, after, what


def _table(rows: Sequence[tuple[str, ...]]) -> list[str]:
    if not rows:
        return []
    widths = [max(width(row[column]) for row in (HEAD, *rows)) for column in range(len(HEAD))]
    return ["  ".join(map(left, row, widths)).rstrip() for row in (HEAD, *rows)]


_CELL = "text-align:left;padding:2px 14px 2px 0;border:none;white-space:nowrap"
_BAR = 60
"""The pixels of the bar of the greatest difference."""


def _html(compared: Compared, rows: Sequence[tuple[str, ...]]) -> str:
    sizes = [each.size for each in compared.differences]
    finite = max((size for size in sizes if size < float("inf")), default=0.0)
    body = ""
    for row, size in zip(rows, sizes, strict=False):
        cells = [f'<td style="{_CELL}">{escape(cell)}</td>' for cell in row]
        cells.append(f'<td style="{_CELL}">{_bar(size, finite)}</td>')
        body += f'<tr style="background:transparent">{"".join(cells)}</tr>'
    head = "".join(f'<th style="{_CELL};{QUIET};font-weight:normal">{cell}</th>' for cell in HEAD)
    table = (
        f'<div style="overflow-x:auto"><table style="{MONO};border-collapse:collapse;margin:2px 0">'
        f'<thead><tr style="background:transparent">{head}<th></th></tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )
    return f"<div><b>{escape(_headline(compared))}</b></div>{table if rows else ''}"


def _bar(size: float, greatest: float) -> str:
    """How large a difference of numbers is beside the greatest; the number itself stands before it."""
    if not size:
        return ""
    share = min(1.0, size / greatest) if greatest else 1.0
    colour = ",".join(map(str, NEGATIVE))
    return bar(0, max(1, _BAR * share), f"rgba({colour},0.7)", room=_BAR)
