"""The parameters of a neuron: what it is linked to, and what it learns."""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, Self

import torch
from torch import Tensor, nn

from cajal_core.backend.executable import Code
from cajal_core.backend.links import Link, check_link
from cajal_core.backend.plan import Method
from cajal_core.base import tys
from cajal_core.diagnostics.errors import CajalError
from cajal_core.diagnostics.runtime import Misuse, TooLarge
from cajal_core.ir import graph as ir
from cajal_core.ir.builder import LARGEST_TENSOR
from cajal_core.ir.optimize import optimize
from cajal_core.ir.specialize import specialize
from cajal_core.neuron.initialize import Initial, initial_value


class Parametrised(nn.Module):
    """A graph as a module, with its linked modules and tensors and its learned tensors.

    What was emitted is not part of its state: it is emitted again when a neuron is copied or unpickled.
    """

    _anchor: Tensor

    def __init__(self, graph: ir.Graph, code: Code) -> None:
        super().__init__()
        #: The graph as it was lowered, with its marks; and the code that runs.
        self._marked = graph
        self._code = code
        #: How recurrences are to be run, by the names of their states, where the choice is not left open.
        self.methods: dict[str, Method] = {}
        self._callables: dict[str, Callable[..., Tensor]] = {}
        # Tells the dtype and the device of a neuron that no argument tells.
        self.register_buffer("_anchor", torch.empty(0), persistent=False)
        for parameter in self.ir.parameters:
            if isinstance(parameter, ir.Learn):
                entries, shape = tys.dim(parameter.type), tys.shape(parameter.type)
                if entries > LARGEST_TENSOR:
                    what = f"the learned tensor `{parameter.name}` : {parameter.type}"
                    raise CajalError(TooLarge(what, shape, entries, LARGEST_TENSOR))
                self.register_parameter(_key(parameter), nn.Parameter(torch.empty(shape)))
        self.initialize()
        #: Code for calls of which more is known, by how many arguments come and which callees are tensors.
        self._variants: dict[tuple[int, frozenset[str | int]], Code] = {}
        self._watched: Code | None = None
        self._prepare()

    def _prepare(self) -> None:
        """Makes the code for calls in which functions come as matrices, since torch cannot compile that."""
        matrices = [each.position for each in self.ir.arguments if isinstance(each.type, tys.Arrow)]
        with suppress(CajalError):  # where it is too large, a call says so
            self._variant(len(self.ir.arguments), frozenset(matrices))

    @property
    def ir(self) -> ir.Graph:
        """The tensor IR that the neuron runs."""
        return self._code.graph

    @property
    def code(self) -> str:
        """The torch code that the neuron runs."""
        return self._code.emitted.source

    def _variant(self, given: int, tensors: frozenset[str | int]) -> Code:
        """The code of a call with so many arguments, where some callees are tensors.

        Raises:
            CajalError: if a matrix that it needs is too large.
        """
        if given == len(self.ir.arguments) and not tensors:
            return self._code
        if (given, tensors) not in self._variants:
            self._variants[given, tensors] = Code(optimize(specialize(self._marked, given, tensors)))
        return self._variants[given, tensors]

    def __getstate__(self) -> dict[str, Any]:
        emitted: dict[str, Any] = {"_code": self.ir, "_variants": {}, "_watched": None}
        return self.__dict__ | emitted

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__({**state, "_code": Code(state["_code"])})
        self._prepare()

    @property
    def externs(self) -> dict[str, tys.Type]:
        """The externs that the program reaches, with their types."""
        return {each.name: each.type for each in self.ir.parameters if isinstance(each, ir.Extern)}

    @property
    def learned(self) -> dict[str, nn.Parameter]:
        """The tensors that the neuron trains, by name."""
        return {
            each.name: self.get_parameter(_key(each))
            for each in self.ir.parameters
            if isinstance(each, ir.Learn)
        }

    def initialize(self, default: Initial | None = None, **initial: Initial) -> Self:
        """Sets learned tensors to values to start from; returns the neuron.

        `default` is for all of them, and a name's own for that one: "normal", entries of standard
        deviation 1/sqrt(dim A) for `A -o B`; "stochastic", columns that are positive and add up to 1;
        "identity". Without either, maps between data start stochastic, all others normal.

        Raises:
            CajalError: if a name is not learned, or a type has no identity.
        """
        types = {each.name: each.type for each in self.ir.parameters if isinstance(each, ir.Learn)}
        for name in initial:
            if name not in types:
                raise CajalError(
                    Misuse(f"there is no learned tensor `{name}`", _known("learned", list(types)))
                )
        for name, tensor in self.learned.items():
            initial_value(name, types[name], tensor, initial.get(name) or default)
        return self

    @property
    def unlinked(self) -> dict[str, tys.Type]:
        """The externs that must still be linked before the neuron can run."""
        return {name: type for name, type in self.externs.items() if self._linked(name) is None}

    def link(self, **links: Link) -> Self:
        """Links externs to tensors of their type's shape, to modules or to callables; returns the neuron.

        A callable receives each argument as `(batch, *shape of its type)` and returns `(batch, *shape
        of the result)`. Gradients reach modules, parameters, and tensors that require them.

        Raises:
            CajalError: if there is no such extern, or a tensor's shape is not its type's.
        """
        checked = [check_link(name, self.externs, link) for name, link in links.items()]
        for name, link in zip(links, checked, strict=True):
            self._unlink(name)
            match link:
                case nn.Module():
                    self.add_module(f"extern_{name}", link)
                case nn.Parameter():
                    self.register_parameter(f"extern_{name}", link)
                case Tensor():
                    self.register_buffer(f"extern_{name}", link)
                case _:
                    self._callables[name] = link
        return self

    def _links(self) -> dict[str, Link]:
        """What is linked or learned under each name, as far as it is there."""
        links: dict[str, Link] = dict(self.learned)
        for name in self.externs:
            link = self._linked(name)
            if link is not None:
                links[name] = link
        return links

    def _unlink(self, name: str) -> None:
        self._callables.pop(name, None)
        if hasattr(self, f"extern_{name}"):
            delattr(self, f"extern_{name}")

    def _linked(self, name: str) -> Link | None:
        return self._callables[name] if name in self._callables else getattr(self, f"extern_{name}", None)


def _key(parameter: ir.Learn) -> str:
    return f"learn_{parameter.name}"


def _known(what: str, names: list[str]) -> str:
    return f"nothing is {what} here" if not names else f"{what}: " + ", ".join(f"`{name}`" for name in names)
