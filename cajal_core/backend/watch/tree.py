"""Named values of a run as a tree: what is evaluated in which call, and at which step of an `iter`."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

from cajal_core.backend.watch.traced import Traced


class Tree:
    """The entries of a trace; its methods are those of `Trace`."""

    def __init__(self, entries: tuple[Traced, ...]) -> None:
        self.entries = entries
        self._inside: dict[int | None, list[int]] = {}
        for place, entry in enumerate(entries):
            self._inside.setdefault(entry.parent, []).append(place)

    def inside(self, place: int | None) -> tuple[int, ...]:
        return tuple(self._inside.get(place, ()))

    def states(self, place: int) -> int:
        """How many states an `iter` has: one more than its steps; none if it never runs."""
        entry = self.entries[place]
        return entry.value.shape[entry.steps - 1]

    def at(self, place: int, steps: Mapping[int, int]) -> Tensor:
        return self.entries[place].value[self._index(place, steps)]

    def weight(self, place: int, steps: Mapping[int, int]) -> Tensor:
        weights = self.entries[place].weights
        if weights is None:
            raise ValueError(f"`{self.entries[place].name}`, at {place}, is no iter, and has no steps")
        return weights[self._index(place, steps)]

    def _index(self, place: int, steps: Mapping[int, int]) -> tuple[int, ...]:
        """Where the values of a step are, in the dimensions of the steps."""
        entry = self.entries[place]
        run = 0
        for outer in entry.over:
            if outer != place:
                count = self.states(outer) - 1
                if not 1 <= steps[outer] <= count:
                    name = self.entries[outer].name
                    raise IndexError(f"`{name}` has the steps 1 to {count}, and no {steps[outer]}")
                run = run * count + steps[outer] - 1
        if entry.weights is None:
            return (run,)[: entry.steps]
        return (run, steps[place])[-entry.steps :]
