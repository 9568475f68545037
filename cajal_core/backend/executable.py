"""Tensor IR and the torch code that runs it, shared by all neurons of a program that compute the same."""

from __future__ import annotations

import torch
from torch import Tensor

from cajal_core.backend.emit import emit
from cajal_core.base import tys
from cajal_core.ir import graph as ir
from cajal_core.ir.analysis import callees, recurrences, rests_on_nothing


class Code:
    """A graph, what was emitted for it, its recurrences as `emit` numbers them, and its constants."""

    def __init__(self, graph: ir.Graph, watched: bool = False) -> None:
        self.graph = graph
        self.emitted = emit(graph, record=watched)
        self.loops = recurrences(graph)
        #: What the step of each calls.
        self.callees = [callees(loop) for loop in self.loops]
        #: Whether the result is a constant, which is shared.
        self.is_constant = rests_on_nothing(graph)
        #: The shape of the result.
        self.shape = tys.shape(graph.result.type)
        self._constants: tuple[torch.dtype, torch.device, list[Tensor]] | None = None

    def constants(self, dtype: torch.dtype, device: torch.device) -> list[Tensor]:
        """The constants of the code, kept from the last call if they fit."""
        if torch.compiler.is_compiling():
            return self.emitted.tensors(dtype, device)
        if self._constants is None or self._constants[:2] != (dtype, device):
            with torch.inference_mode(mode=False):  # they outlive the call, and serve where gradients are
                self._constants = dtype, device, self.emitted.tensors(dtype, device)
        return self._constants[2]
