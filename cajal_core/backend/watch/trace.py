"""A run of a neuron, as a list and as a tree of named values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from torch import Tensor

from cajal_core.backend.values.sequence import Sequence
from cajal_core.backend.watch.rows import TraceRow, rows
from cajal_core.backend.watch.text import tree_text
from cajal_core.backend.watch.traced import Probe, Traced, chosen
from cajal_core.backend.watch.tree import Tree
from cajal_core.base import tys
from cajal_core.export.encode import Plain, encode_names


@dataclass(frozen=True, slots=True)
class Trace:
    r"""A run of a neuron: its result, and every named sub-term in the order of evaluation.

    `trace["y"]` is the first value of that name, `trace["y", 1]` the second, which is also
    `trace[neuron.probe("y", 1)]`. A call comes behind what is evaluated in it. `inside` gives the same as a
    tree, and `at` a value at one step of an `iter`. `batch` is the batch shape of the arguments.

    `str()` is the tree with the values for the first of the batch: a basis vector by its name, any other by
    its largest entries, with a note where it is no distribution. A call stands above what is evaluated in it,
    and an `iter` above its steps, each with its weight in the count.

    Example:
        >>> import cajal_core as cajal
        >>> import torch
        >>> program = cajal.load("def not (x : Bool) : Bool = if x then false else true")
        >>> trace = program.compile(r"\x:Bool. let y = not x in y").trace(torch.tensor([0.9, 0.1]))
        >>> print(trace)
        where        what       name    type  first of the batch
        term:1:18    call       not     Bool  false 0.9, true 0.1
        source:1:32  condition    if x  Bool  true 0.9, false 0.1
        term:1:18    let        y       Bool  false 0.9, true 0.1
                     result             Bool  false 0.9, true 0.1
        >>> trace["if x"], trace.result
        (tensor([0.9000, 0.1000]), tensor([0.1000, 0.9000]))
    """

    result: Tensor | Sequence
    type: tys.Type
    entries: tuple[Traced, ...]
    batch: tuple[int, ...] = ()

    def __getitem__(self, which: str | tuple[str, int] | Probe) -> Tensor:
        """The value of a sub-term by its name, by name and place among those of that name, or by its probe.

        Raises:
            CajalError: if there is none.
        """
        match which:
            case str():
                name, index = which, 0
            case Probe():
                name, index = which.name, which.index
            case (name, index):
                pass
        return chosen(self.entries, name, index).value

    def __contains__(self, name: object) -> bool:
        return any(entry.name == name for entry in self.entries)

    def __iter__(self) -> Iterator[Traced]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def __str__(self) -> str:
        return tree_text(Tree(self.entries), self.result, self.type)

    def inside(self, place: int | None = None) -> tuple[int, ...]:
        r"""The places of the entries directly inside a call or an `iter`, in the order of evaluation.

        Those of None are inside none.

        Example:
            >>> import cajal_core as cajal
            >>> program = cajal.load("def not (x : Bool) : Bool = if x then false else true")
            >>> trace = program.compile("not (not true)").trace()
            >>> [(entry.name, entry.parent) for entry in trace]
            [('if x', 1), ('not', None), ('if x', 3), ('not', None)]
            >>> trace.inside(), trace.inside(3)
            ((1, 3), (2,))
        """
        return Tree(self.entries).inside(place)

    def at(self, place: int, steps: Mapping[int, int] | None = None) -> Tensor:
        r"""The value of an entry, `(*batch, *shape of its type)`, at a step of each `iter` that it runs over.

        `steps` has the number of the step for the place of each `iter` in `over`. What is inside an `iter`
        has values from step 1 on, and its state has one at step 0: the base.

        Raises:
            KeyError: if `steps` lacks an `iter` that the value runs over.
            IndexError: if there is no such step.

        Example:
            >>> import cajal_core as cajal
            >>> term = "iter (2 : Nat[3]) { zero => true | succ b => if b then false else true }"
            >>> trace = cajal.Program().compile(term).trace()
            >>> [(entry.name, entry.over) for entry in trace]
            [('b', (0,)), ('if b', (0,))]
            >>> trace.at(0, {0: 2}), trace.at(1, {0: 2})
            (tensor([1., 0.]), tensor([0., 1.]))
        """
        return Tree(self.entries).at(place, steps or {})

    def weight(self, place: int, steps: Mapping[int, int]) -> Tensor:
        """The weight of a step of an `iter` in the count, of shape `(*batch)`.

        Raises:
            KeyError: if `steps` lacks the `iter`, or one that it runs in.
            IndexError: if there is no such step.
            ValueError: if the entry is no `iter`.

        Example:
            >>> import cajal_core as cajal
            >>> term = "iter (1 : Nat[3]) { zero => true | succ b => if b then false else true }"
            >>> trace = cajal.Program().compile(term).trace()
            >>> [trace.weight(0, {0: step}).item() for step in range(3)]
            [0.0, 1.0, 0.0]
        """
        return Tree(self.entries).weight(place, steps)

    def rows(self) -> list[TraceRow]:
        """The tree as lines, each with its depth: calls are open, and of an `iter` the first steps, and the
        first that weigh anything.

        Example:
            >>> import cajal_core as cajal
            >>> term = "iter (7 : Nat[9]) { zero => true | succ b => if b then false else true }"
            >>> for row in cajal.Program().compile(term).trace().rows():
            ...     print("  " * row.depth, row.place, dict(row.steps), row.weight, row.folded)
             0 {} None 0
               0 {0: 0} 0.0 0
               0 {0: 1} 0.0 0
                 1 {0: 1} None 0
               0 {0: 2} 0.0 0
                 1 {0: 2} None 0
               0 {} 0.0 4
               0 {0: 7} 1.0 0
                 1 {0: 7} None 0
               0 {} 0.0 1
        """
        return list(rows(Tree(self.entries), None, {}, 0))

    def plain(self) -> Plain:
        r"""The tree without its values, as dictionaries that JSON can write, for a page.

        Returns:
            `marks`, an entry each: its `kind`, `name`, `type`, `parent`, `over`, how many `states` it has if
            it is an `iter` or a `fold`, `is_fold`, and where it is written, `at`. `types` tells of each type
            its `labels` and its shape. `sources` are what is written, in which `at` is a place: the source,
            start and end.

        Example:
            >>> import cajal_core as cajal
            >>> import torch
            >>> neuron = cajal.load("def f (x : Bool) : Bool = let y = x in y")["f"]
            >>> plain = neuron.trace(torch.tensor([1.0, 0.0])).plain()
            >>> plain["marks"][0]["name"], plain["marks"][0]["at"], plain["types"]["Bool"]["labels"]
            ('y', [0, 34, 35], ['true', 'false'])
            >>> plain["sources"][0]["text"][34:35]
            'x'
        """
        made = encode_names(self.entries, self.type, is_held=not isinstance(self.result, Tensor))
        tree = Tree(self.entries)
        for place, (mark, entry) in enumerate(zip(made["marks"], self.entries, strict=True)):
            states = tree.states(place) if entry.kind == "state" else 0
            mark.update(over=list(entry.over), states=states, is_fold=entry.is_fold)
        return made
