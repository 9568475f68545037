"""A graph as text: its boxes in the order of the program, each with what comes in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cajal_kernel.views.paint import left, width

if TYPE_CHECKING:
    from cajal_kernel.views.graph.model import Graph

LINES = 60
"""The most boxes that are written."""


def graph_text(graph: Graph) -> str:
    """A line for each box: its name, the boxes that its wires come from, its type and dimension."""
    incoming: dict[str, dict[int, str]] = {}
    for wire in graph.wires:
        incoming.setdefault(wire.target, {})[wire.port] = wire.source
    titles = {cluster.id: cluster.title for cluster in graph.clusters}
    rows, inside = list[tuple[str, str, str]](), tuple[str, ...]()
    for box in graph.boxes[:LINES]:
        for depth, cluster in enumerate(box.path):
            if box.path[: depth + 1] != inside[: depth + 1]:
                rows.append(("", f"{'  ' * depth}{titles[cluster]}:", ""))
        inside = box.path
        ports = []
        for place, port in enumerate(box.ports):
            value = incoming.get(box.id, {}).get(place, port.constant or "…")
            ports.append(f"{port.label}: {value}" if port.label else value)
        comes = f"({', '.join(ports)})" if ports else ""
        note = f"  -- {box.note}" if box.note else ""
        rows.append((box.id, f"{'  ' * len(box.path)}{box.title}{comes}", box.out + note))
    if len(graph.boxes) + graph.left_out > LINES:
        rows.append(("", f"… {len(graph.boxes) + graph.left_out - LINES} more", ""))
    sizes = [max(width(row[column]) for row in rows) for column in range(2)]
    return "\n".join(
        "  ".join([left(row[0], sizes[0]), left(row[1], sizes[1]), row[2]]).rstrip() for row in rows
    )
