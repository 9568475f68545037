"""Cajal: a typed linear language whose programs are neurons.

    >>> import cajal_core as cajal
    >>> program = cajal.Program()
    >>> _ = program.run("def not (x : Bool) : Bool = if x then false else true")
    >>> print(program.evaluate("not true"))
    false

`Neuron` and what else needs torch is loaded when it is first asked for.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from cajal_core.cell import Result as Result
from cajal_core.errors import CajalError as CajalError
from cajal_core.errors import InternalError as InternalError
from cajal_core.errors import Mistake as Mistake
from cajal_core.evaluate import Value as Value
from cajal_core.format import format as format
from cajal_core.lex import KEYWORDS as KEYWORDS
from cajal_core.parse import completeness as completeness
from cajal_core.program import Program as Program
from cajal_core.program import load as load
from cajal_core.program import read as read
from cajal_core.source import Source as Source
from cajal_core.source import Span as Span
from cajal_core.tys import Type as Type
from cajal_core.tys import dim as dim
from cajal_core.tys import labels as labels
from cajal_core.tys import shape as shape
from cajal_core.tys import uncurry as uncurry

if TYPE_CHECKING:
    from cajal_core.linked import Linked as Linked
    from cajal_core.neuron import Argument as Argument
    from cajal_core.neuron import Neuron as Neuron
    from cajal_core.readout import Explanation as Explanation
    from cajal_core.readout import Readout as Readout
    from cajal_core.watch import Dynamics as Dynamics
    from cajal_core.watch import Trace as Trace
    from cajal_core.watch import Traced as Traced

#: Where what needs torch is.
_NEED_TORCH = {
    "Argument": "neuron",
    "Dynamics": "watch",
    "Explanation": "readout",
    "Linked": "linked",
    "Neuron": "neuron",
    "Readout": "readout",
    "Trace": "watch",
    "Traced": "watch",
}

__all__ = [
    "KEYWORDS",
    "Argument",
    "CajalError",
    "Dynamics",
    "Explanation",
    "InternalError",
    "Linked",
    "Mistake",
    "Neuron",
    "Program",
    "Readout",
    "Result",
    "Source",
    "Span",
    "Trace",
    "Traced",
    "Type",
    "Value",
    "completeness",
    "dim",
    "format",
    "labels",
    "load",
    "read",
    "shape",
    "uncurry",
]


def __getattr__(name: str) -> Any:
    if name in _NEED_TORCH:
        return getattr(importlib.import_module(f"cajal_core.{_NEED_TORCH[name]}"), name)
    raise AttributeError(f"module 'cajal_core' has no attribute '{name}'")
