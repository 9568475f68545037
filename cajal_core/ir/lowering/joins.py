r"""What lowering knows of lists that are read in step: whose lengths a call has to compare.

Such lists are compared only where every call reads them. What stands in a branch, a step or an alternative
need not be reached, so that lists may differ in length there:

>>> graph = lowered(r"\xs:List[3] Bool. \ys:List[3] Bool. [(x, y) | x in cons true xs, y in ys]")
>>> [[(length.source.name, length.more) for length in join.lengths] for join in graph.joins]
[[('xs', 1), ('ys', 0)]]
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from cajal_core.ir import graph as ir
from cajal_core.ir.lowering.data import DataEvaluator
from cajal_core.ir.symbolic import Function, Held, Symbolic


class JoinEvaluator(DataEvaluator):
    """Notes the lists that are read in step."""

    def __init__(self) -> None:
        super().__init__()
        #: The lists that are joined, each join once.
        self.joins = dict[ir.Join, None]()
        #: How many of the terms around the present one need not be reached.
        self.doubts = 0

    def join(self, lists: tuple[Held, ...]) -> ir.Length | None:
        """The length that lists in step have. Where they may differ, a call is to compare them."""
        known = dict.fromkeys([held.length for held in lists if held.length])
        lengths = sorted(known, key=lambda length: length.source is None)
        if len(lengths) > 1 and lengths[0].source and not self.doubts and self.here:
            self.joins[ir.Join(tuple(lengths), self.here)] = None
        return lengths[0] if lengths else None

    def perhaps(self, make: Callable[[], Symbolic]) -> Symbolic:
        """A value whose terms need not be reached, nor those of its results where it is a function."""
        self.doubts += 1
        value = make()
        self.doubts -= 1
        if isinstance(value, Function):
            apply = value.apply
            return Function(value.type, lambda argument: self.perhaps(lambda: apply(argument)))
        return value


def longer(length: ir.Length | None, more: int) -> ir.Length | None:
    """The length of a list that has so many elements more."""
    return length and replace(length, more=length.more + more)
