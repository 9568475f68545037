"""Names that are not declared, and the declared ones that are spelt like them."""

from __future__ import annotations

from collections.abc import Iterable

from cajal_core.base.confusables import difference, twin
from cajal_core.base.source import Span
from cajal_core.diagnostics.scope import Kind, UnknownName


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
    third of a name differs, it is another name. Capitals do not count.
    """
    slips = {
        other: _slips(name.casefold(), other.casefold())
        for other in dict.fromkeys(declared)
        if 3 * abs(len(name) - len(other)) <= max(len(name), len(other))
    }
    near = [other for other, count in slips.items() if 3 * count <= max(len(name), len(other))]
    return tuple(sorted(near, key=slips.__getitem__)[:2])


def _slips(first: str, second: str) -> int:
    """How many letters are left out, too many, other or swapped with the next (optimal string alignment)."""
    before, above = list[int](), list(range(len(second) + 1))
    for i, letter in enumerate(first):
        row = [i + 1]
        for j, other in enumerate(second):
            cost = min(above[j + 1] + 1, row[j] + 1, above[j] + (letter != other))
            if i and j and letter == second[j - 1] and other == first[i - 1]:
                cost = min(cost, before[j - 1] + 1)
            row.append(cost)
        before, above = above, row
    return above[-1]
