"""The graph of a neuron as plain data for pictures: its operations, their code, its parts as neurons."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cajal_core.export.encode import Plain

if TYPE_CHECKING:
    from cajal_core.neuron.module import Neuron


@dataclass(frozen=True, slots=True, eq=False)
class Wiring:
    r"""The graph of a neuron: as the program is written, or as it runs after optimisation.

    `graph` is what JSON can write. Its `code` is a list of assignments: the number of the value (`to`), the
    operation (`op`) and the numbers of its operands (`of`). Its `values` have the type, the dimension and the
    axes of each. `code` has the lines of torch code of each value that is computed when the neuron runs.

    Example:
        >>> import cajal_core as cajal
        >>> neuron = cajal.Program().compile(r"\x:Bool. if x then false else true")
        >>> wiring = neuron.wiring()
        >>> [assignment["op"] for assignment in wiring.graph["code"]]
        ['input', 'table']
        >>> wiring.code[4]
        'v4 = look_up(v1, constants[0])'
        >>> [assignment["op"] for assignment in neuron.wiring(written=True).graph["code"]]
        ['input', 'onehot', 'onehot', 'choose']
    """

    graph: Plain
    code: Mapping[int, str]
    _part: Callable[[int, Collection[int]], Neuron | None] = field(repr=False)

    def part(self, value: int, inside: Collection[int] = ()) -> Neuron | None:
        r"""What computes one value, as a neuron: a map of the values that it reads, linked as this one is.

        `inside` has the numbers of the values that are computed in the part. Without them it is the one
        operation of the value. The arguments are called by their numbers, `v1`, and stand in that order;
        those of a single operation stand in the order of its operands.

        It is None where a function is among the values that are read, or where the values run over axes
        that the part does not close: then it is no map between tensors of the types alone.

        Raises:
            CajalError: if a tensor on the way would have more entries than one may have.

        Example:
            >>> import cajal_core as cajal
            >>> neuron = cajal.Program().compile(r"\x:Bool. \y:Bool. (if x then false else true, y)")
            >>> wiring = neuron.wiring(written=True)
            >>> [made["to"] for made in wiring.graph["code"] if made["op"] == "choose"]
            [5]
            >>> wiring.part(5).matrix()
            tensor([[0., 1.],
                    [1., 0.]])
        """
        return self._part(value, inside)
