"""Tensor IR -> tensor IR that computes the same in fewer operations."""

from __future__ import annotations

from cajal_core import tensor_ir as ir
from cajal_core.fold import fold
from cajal_core.fuse import fuse
from cajal_core.recursion import deep_recursion


def optimize(graph: ir.Graph) -> ir.Graph:
    """The graph without marks, and without what only they need."""
    with deep_recursion():
        return fuse(fold(graph))
