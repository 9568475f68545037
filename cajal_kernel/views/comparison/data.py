"""What differs between two programs or two neurons, as data."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields

import numpy as np

import cajal_core as cajal
from cajal_kernel.program import type_now
from cajal_kernel.views.bundles import QUICK
from cajal_kernel.views.comparison.links import FUNCTION, link_difference, side
from cajal_kernel.views.matrix.data import Matrix, neuron_matrix, table_matrix, tensor_matrix
from cajal_kernel.views.matrix.difference import said, subtracted

ORDER = ("setting", "missing", "type", "numbers", "learned", "link", "unknown")
"""The kinds of differences, in the order in which they are shown."""


@dataclass(frozen=True, eq=False)
class Difference:
    """One thing that is not alike: what it is called, what it is on both sides, and what differs.

    `kind` is one of `ORDER`; "unknown" is what could not be compared. `size` is the greatest difference of
    numbers, and `pair` the two maps, where there are numbers.
    """

    kind: str
    name: str
    before: str
    after: str
    what: str
    size: float = 0.0
    pair: tuple[Matrix, Matrix] | None = None


@dataclass(frozen=True, eq=False)
class Compared:
    """All differences, those that come first shown first, and how many names are alike."""

    differences: tuple[Difference, ...]
    alike: int


def sorted_differences(differences: Iterable[Difference]) -> tuple[Difference, ...]:
    """By kind, and the greatest first."""
    return tuple(sorted(differences, key=lambda each: (ORDER.index(each.kind), -each.size)))


def neurons(before: cajal.Neuron, after: cajal.Neuron) -> Compared:
    """Two neurons: their types, what they compute, what they have learned, and what they are linked to."""
    names = dict.fromkeys([*before.learned, *after.learned, *before.externs, *after.externs])
    found = [_type("the neuron", before.type, after.type) or _maps("the neuron", before, after)]
    found += [
        _learned(name, before, after) for name in names if name in before.learned or name in after.learned
    ]
    for name in names:
        types = before.externs.get(name), after.externs.get(name)
        if types != (None, None):
            linked = _link(name, _linked(before, name), _linked(after, name)) if all(types) else None
            found.append(_missing(name, *types) or _type(name, *types) or linked)
    differences = [each for each in found if each]
    return Compared(sorted_differences(differences), len(found) - len(differences))


def programs(before: cajal.Program, after: cajal.Program) -> Compared:
    """Two programs, name by name.

    What means the same on both sides, and rests on nothing linked or learned that differs, is not compiled.
    """
    first, second = before.state.entries, after.state.entries
    found = list(_settings(before.state.settings, after.state.settings))
    same_settings, count = not found, len(found)
    found += [_declared(name, first, second, before, after) for name in dict.fromkeys([*first, *second])]
    moved = {each.name for each in found if each}
    for name in [
        name for name in first if name in second and name not in moved and first[name].kind == "def"
    ]:
        changed = not (first[name].means_the_same(second[name]) and same_settings)
        if changed or _rests_on(first[name], moved):
            found.append(_compiled(name, before, after))
    differences = [each for each in found if each]
    names = {each.name for each in differences[count:]}
    return Compared(sorted_differences(differences), len({*first, *second} - names))


def _settings(before: cajal.Settings, after: cajal.Settings) -> Iterator[Difference]:
    for field in fields(before):
        values = [str(getattr(settings, field.name)) for settings in (before, after)]
        if values[0] != values[1]:
            yield Difference("setting", field.name, values[0], values[1], "the setting")


def _declared(
    name: str,
    first: Mapping[str, cajal.Entry],
    second: Mapping[str, cajal.Entry],
    before: cajal.Program,
    after: cajal.Program,
) -> Difference | None:
    """What differs in a name without what a definition computes."""
    if name not in first or name not in second:
        return _missing(name, *(_written(each[name]) if name in each else None for each in (first, second)))
    ours, theirs = first[name], second[name]
    if ours.kind != theirs.kind or ours.type is None:
        if ours.kind == theirs.kind and ours.means_the_same(theirs):
            return None
        return Difference("type", name, _written(ours), _written(theirs), "what is declared")
    types = [type_now(program, entry) for program, entry in ((before, ours), (after, theirs))]
    if differs := _type(name, *types):
        return differs
    if ours.kind == "extern":
        links = [program.state.links.get(name, (None, None))[1] for program in (before, after)]
        return _link(name, *links)
    return _learned(name, before[name], after[name]) if ours.kind == "learn" else None


def _compiled(name: str, before: cajal.Program, after: cajal.Program) -> Difference | None:
    try:
        pair = before.compile(name), after.compile(name)
    except cajal.CajalError as error:  # at the present size of Nat, a numeral may not fit
        return Difference("unknown", name, "", "", error.errors[0].title)
    return _maps(name, *pair)


def _missing(name: str, before: object, after: object) -> Difference | None:
    if before is not None and after is not None:
        return None
    which = "after" if before is None else "before"
    return Difference("missing", name, str(before or "—"), str(after or "—"), f"only {which}")


def _type(name: str, before: object, after: object) -> Difference | None:
    return None if before == after else Difference("type", name, str(before), str(after), "the type")


def _maps(name: str, before: cajal.Neuron, after: cajal.Neuron) -> Difference | None:
    """What two neurons of one type compute: their matrices, or their values at basis vectors."""
    type, made = str(before.type), list[Matrix]()
    arguments, result = cajal.uncurry(before.type)
    if (entries := cajal.dim(result) * math.prod(map(cajal.dim, arguments))) > QUICK:
        return Difference("unknown", name, type, type, f"not compared: {entries:,} entries")
    for neuron in (before, after):
        for extern in neuron.unlinked:
            return Difference("unknown", name, type, type, f"not compared: `{extern}` is not linked")
        try:
            matrix = (table_matrix if neuron.obstacle else neuron_matrix)(name, neuron)
        except cajal.CajalError as error:
            return Difference("unknown", name, type, type, f"not compared: {error.errors[0].title}")
        except Exception as error:
            if not cajal.raised_by_link(error):
                raise
            return Difference("unknown", name, type, type, f"not compared: what is linked fails: {error}")
        made.append(matrix)
    return _numbers("numbers", name, type, *made)


def _learned(name: str, before: cajal.Neuron, after: cajal.Neuron) -> Difference | None:
    tensors = before.learned.get(name), after.learned.get(name)
    types = [{each.name: each.type for each in neuron.ir.parameters}.get(name) for neuron in (before, after)]
    if differs := _missing(name, *types) or _type(name, *types):
        return differs
    made = [tensor_matrix(name, tensor, types[0]) for tensor in tensors if tensor is not None and types[0]]
    return _numbers("learned", name, str(types[0]), *made)


def _numbers(kind: str, name: str, type: str, before: Matrix, after: Matrix) -> Difference | None:
    if np.array_equal(before.values, after.values, equal_nan=True):
        return None
    difference = subtracted(before, after)
    size = float(np.nan_to_num(np.abs(difference.values), nan=np.inf).max())
    return Difference(kind, name, type, type, said(difference), size, (before, after))


def _link(name: str, before: object, after: object) -> Difference | None:
    what = link_difference(before, after)
    return Difference("link", name, side(before), side(after), what) if what else None


def _linked(neuron: cajal.Neuron, name: str) -> object:
    return None if name in neuron.unlinked else getattr(neuron, f"extern_{name}", FUNCTION)


def _written(entry: cajal.Entry) -> str:
    """A declaration on one line: its type, or what it declares."""
    if entry.type is not None:
        return f"{entry.kind} {entry.name} : {entry.type}"
    return " ".join(cajal.without_comments(entry.text).split())


def _rests_on(entry: cajal.Entry, moved: Collection[str]) -> bool:
    """Whether a definition uses, perhaps through others, what is linked or learned and differs."""
    pending, seen = [entry], set[int]()
    while pending:
        used = pending.pop()
        if used.kind in ("extern", "learn") and used.name in moved:
            return True
        if id(used) not in seen:
            seen.add(id(used))
            pending += used.uses.values()
    return False
