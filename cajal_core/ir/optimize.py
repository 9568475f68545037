"""Tensor IR -> tensor IR that computes the same in fewer operations."""

from __future__ import annotations

from cajal_core.base.recursion import deep_recursion
from cajal_core.ir import graph as ir
from cajal_core.ir.fuse import fuse
from cajal_core.ir.tabulate import tabulate


def optimize(graph: ir.Graph) -> ir.Graph:
    """The graph without marks, and without what only they need."""
    with deep_recursion():
        return fuse(tabulate(graph))
