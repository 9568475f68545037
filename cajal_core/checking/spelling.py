"""Names that are not declared, and the declared ones that are spelt like them."""

from __future__ import annotations

from collections.abc import Iterable

from cajal_core.base.confusables import difference, twin
from cajal_core.base.source import Span
from cajal_core.diagnostics.scope import Kind, UnknownName

LONGEST = 100
"""The most letters of a name that is compared with others."""


def unknown_name(
    where: Span,
    name: str,
    declared: Iterable[str],
    kind: Kind = "name",
    hint: str | None = None,
    instead: str | None = None,
) -> UnknownName:
    """The mistake of a name that is not declared, with what may have been meant by it, or else the hint.

    The hint may say to write another name `instead`.
    """
    declared = list(declared)
    if same := twin(name, declared):
        return UnknownName(where, name, (), kind, difference(name, same), same)
    return UnknownName(where, name, nearest(name, declared), kind, hint, instead)


def nearest(name: str, declared: Iterable[str]) -> tuple[str, ...]:
    """At most two declared names from which this one is a slip or two of the fingers away, the nearest first.

    One slip is taken for a slip in a name of three letters, two in one of six, and so on: where more than a
    third of a name differs, it is another name. Capitals do not count. A name of more than 100 letters is
    nobody's slip.

    Example:
        >>> import cajal_core as cajal
        >>> cajal.nearest("nott", ["note", "not", "knot", "Image"])
        ('note', 'not')
    """
    if not 0 < len(name) <= LONGEST:
        return ()
    slips = {
        other: _slips(name.casefold(), other.casefold())
        for other in dict.fromkeys(declared)
        if 3 * abs(len(name) - len(other)) <= max(len(name), len(other))
    }
    near = [other for other, count in slips.items() if 3 * count <= max(len(name), len(other))]
    return tuple(sorted(near, key=slips.__getitem__)[:2])


def _slips(first: str, second: str) -> int:
    """How many letters are left out, too many, other or swapped with the next (optimal string alignment).

    A column of the table of distances is two numbers, whose bits say where it goes up and down by one from
    row to row: a program may have 20,000 names. This is figure 4 of H. Hyyrö, "A bit-vector algorithm for
    computing Levenshtein and Damerau edit distances" (2003).
    """
    places = dict[str, int]()
    for row, letter in enumerate(first):
        places[letter] = places.get(letter, 0) | 1 << row
    last, distance = 1 << len(first) - 1, len(first)
    up, down, diagonal, before = 2 * last - 1, 0, 0, 0
    for letter in second:
        same = places.get(letter, 0)
        swapped = (~diagonal & same) << 1 & before
        diagonal = ((same & up) + up ^ up) | same | down | swapped
        right_up, right_down = down | ~(diagonal | up), diagonal & up
        distance += bool(right_up & last) - bool(right_down & last)
        right_up, right_down = right_up << 1 | 1, right_down << 1
        up, down, before = right_down | ~(diagonal | right_up), right_up & diagonal, same
    return distance
