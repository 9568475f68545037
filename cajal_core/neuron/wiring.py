"""The graph of a neuron as plain data for pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cajal_core.export.encode import Plain


@dataclass(frozen=True, slots=True)
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
