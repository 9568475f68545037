"""What tells runs apart: names, colours that all eyes tell apart, and dashes: colour alone is not enough."""

from __future__ import annotations

import cajal_core as cajal

COLOURS = ("#2678e2", "#e26816", "#09b29e", "#cc0a7e", "#782db2", "#804220")
"""To be told apart with any of the three colour-blindnesses, and to be seen on white and on black."""

DASHES: tuple[tuple[float, ...], ...] = ((), (7, 2.5), (2, 2), (7, 2, 1.5, 2))
"""Lengths of strokes and gaps, in points; the first is a solid line."""

LABEL = 40
"""The most characters of a metric's or a run's name that are shown."""


def style(place: int) -> tuple[str, tuple[float, ...]]:
    """The colour and the dash of a run by its place. The first 24 differ, and neighbours differ in both.

    >>> style(0), style(6)
    (('#2678e2', ()), ('#2678e2', (2, 2)))
    """
    return COLOURS[place % len(COLOURS)], DASHES[(place + place // 12) % len(DASHES)]


def label(name: str) -> str:
    """A name of the user's in one short line."""
    return cajal.printable(name[:LABEL]) + ("…" if len(name) > LABEL else "")
