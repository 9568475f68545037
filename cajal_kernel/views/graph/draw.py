"""A placed graph as SVG: the one drawing that saved notebooks keep and that the page makes live.

It is readable on white and on black, since an image cannot know the page: text is grey, boxes are
translucent.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from cajal_kernel.views.graph.sizes import (
    CHIP,
    DOT,
    LINE,
    SMALL,
    STRIP,
    TINY,
    TITLE,
    WEIGHTS_HEIGHT,
    Size,
    clipped,
    column_width,
    text_width,
)
from cajal_kernel.views.paint import COLOURS, GREY, NEGATIVE, POSITIVE, precise

if TYPE_CHECKING:
    from cajal_kernel.views.graph.model import Box, Cluster, Graph, Weights, Wire
    from cajal_kernel.views.graph.place import Places, Point

KINDS = {
    "input": COLOURS[0],
    "argument": COLOURS[0],
    "result": COLOURS[0],
    "extern": COLOURS[3],
    "learn": COLOURS[2],
    "call": COLOURS[5],
    "state": COLOURS[1],
    "sum": COLOURS[1],
    "constant": GREY,
    "operation": GREY,
}
"""The colours of boxes, which their shapes and texts say too."""

MARGIN = 6
TEXT = "#7b7b7b"


def svg(graph: Graph, places: Places, alternative: str) -> str:
    """The drawing. Boxes, wires and clusters have the attributes by which the page knows them."""
    width, height = places.width + 2 * MARGIN, places.height + 2 * MARGIN
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="{-MARGIN} {-MARGIN} {width:.0f} {height:.0f}" role="img" '
        f'font-family="ui-monospace, Menlo, Consolas, \'DejaVu Sans Mono\', monospace" fill="{TEXT}">'
    )
    parts = [head, f"<title>{escape(alternative)}</title>"]
    parts += [_cluster(cluster, places) for cluster in graph.clusters]
    parts += [_wire(wire, points) for wire, points in zip(graph.wires, places.wires, strict=True)]
    ends = {wire.source for wire in graph.wires if not wire.back}
    parts += ["".join(_box(box, places, box.id in ends)) for box in graph.boxes]
    return "".join([*parts, "</svg>"])


def _attributes(**values: str) -> str:
    return " ".join(f'data-{name}="{escape(value)}"' for name, value in values.items())


def _text(x: float, y: float, size: float, text: str, more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}"{more}>{escape(text)}</text>'


_MIDDLE = ' text-anchor="middle"'


def _cluster(cluster: Cluster, places: Places) -> str:
    left, top, right, bottom = places.clusters[cluster.id]
    colour = KINDS["state" if cluster.kind == "iter" else "call"]
    dashes = ' stroke-dasharray="5 3"' if cluster.kind == "iter" else ""
    button = ' tabindex="0" role="button"' if cluster.kind == "call" else ""
    data = _attributes(id=cluster.id, kind=cluster.kind, outer=cluster.outer or "")
    return (
        f'<g class="cajal-cluster"{button} {data}>'
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" height="{bottom - top:.1f}" rx="7" '
        f'fill="{colour}" fill-opacity="0.05" stroke="{colour}" stroke-opacity="0.6"{dashes}/>'
        f"{_text(left + 7, top + 13, SMALL, cluster.title)}</g>"
    )


def _wire(wire: Wire, points: list[Point]) -> str:
    start, *others = points
    curve = " ".join(f"{x:.1f},{y:.1f}" for x, y in others[:-1])
    (x, y), tip = others[-2], others[-1]
    colour = COLOURS[1] if wire.back else GREY
    dashes = ' stroke-dasharray="4 3"' if wire.back else ""
    ends = _attributes(source=wire.source, target=wire.target, port=str(wire.port))
    data = f"{ends} {_attributes(value=str(wire.value), text=wire.text)}"
    back = " cajal-back" if wire.back else ""
    return (
        f'<g class="cajal-wire{back}" {data}><path d="M{start[0]:.1f},{start[1]:.1f}C{curve}" fill="none" '
        f'stroke="{colour}" stroke-width="1.2"{dashes}/>'
        f'<path d="{_arrow(x, y, tip)}" fill="{colour}"/><title>{escape(wire.text)}</title></g>'
    )


def _arrow(x: float, y: float, tip: Point) -> str:
    """A triangle from a point to the tip of a wire."""
    across, down = tip[0] - x, tip[1] - y
    length = math.hypot(across, down) or 1.0
    side = (-down / length * 3.2, across / length * 3.2)
    corners = [(x + side[0], y + side[1]), (x - side[0], y - side[1]), tip]
    return "M" + "L".join(f"{a:.1f},{b:.1f}" for a, b in corners) + "Z"


def _box(box: Box, places: Places, has_wires: bool) -> Iterator[str]:
    (left, top), size = places.boxes[box.id], places.sizes[box.id]
    colour, middle = KINDS[box.kind], left + size.width / 2
    round_ends = box.kind in ("input", "result", "state", "constant", "argument")
    radius = min(size.box / 2, 12) if round_ends else 3
    opens = {"opens": "true"} if box.opens else {}
    data = _attributes(id=box.id, kind=box.kind, path=" ".join(box.path), **opens)
    said = ", ".join(filter(None, [box.kind, box.title, box.note, box.out]))
    yield f'<g class="cajal-node" tabindex="0" role="button" aria-label="{escape(said)}" {data}>'
    yield f"<title>{escape(said)}</title>"
    edge = ' stroke-width="1.6"' if box.kind in ("extern", "learn", "call") else ""
    yield (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{size.width:.1f}" height="{size.box:.1f}" '
        f'rx="{radius:g}" fill="{colour}" fill-opacity="0.13" stroke="{colour}"{edge}/>'
    )
    if box.opens:  # a second edge: there is something inside
        yield (
            f'<rect x="{left + 2.5:.1f}" y="{top + 2.5:.1f}" width="{size.width - 5:.1f}" '
            f'height="{size.box - 5:.1f}" rx="2" fill="none" stroke="{colour}" stroke-opacity="0.5"/>'
        )
    y = top + 3
    yield from _ports(box, size, left, y)
    y += size.port_line + size.chips
    yield _text(
        middle, y + 12.5, TITLE, clipped(box.title), f'{_MIDDLE} font-weight="bold" class="cajal-name"'
    )
    y += LINE
    if box.note:
        yield _text(middle, y + 9, SMALL, clipped(box.note, 40), f'{_MIDDLE} class="cajal-note"')
        y += LINE - 3
    if box.weights:
        yield from _weights(box.weights, middle, y + 2)
    if box.out:
        below = top + size.box
        if has_wires:
            line = f'fill="none" stroke="{GREY}" stroke-width="1.2"'
            yield f'<path class="cajal-stem" d="M{middle:.1f},{below:.1f}v{STRIP:g}" {line}/>'
        yield (_text(middle + 4, below + 11, SMALL, box.out, ' class="cajal-type"'))
    yield "</g>"


def _ports(box: Box, size: Size, left: float, top: float) -> Iterator[str]:
    for place, port in enumerate(box.ports):
        x = left + size.port(place)
        if port.label:
            yield _text(x, top + 9, TINY, clipped(port.label, 14), f'{_MIDDLE} class="cajal-port"')
        if port.constant:
            text = clipped(port.constant, 14)
            across = text_width(text, TINY) + 6
            y = top + size.port_line
            yield (
                f'<rect x="{x - across / 2:.1f}" y="{y:.1f}" width="{across:.1f}" height="{CHIP - 3:g}" '
                f'rx="5" fill="{GREY}" fill-opacity="0.22"/>'
                + _text(x, y + 8.5, TINY, text, f'{_MIDDLE} class="cajal-constant"')
            )


def _weights(weights: Weights, middle: float, top: float) -> Iterator[str]:
    """A small matrix as lines from the basis vectors above to those below, as wide as their weights."""
    step, most = column_width(weights), max(len(weights.columns), len(weights.rows))

    def places(count: int) -> list[float]:
        apart = min(step * most / count, 2.5 * step)
        return [middle + (place - (count - 1) / 2) * apart for place in range(count)]

    above, below = places(len(weights.columns)), places(len(weights.rows))
    start, end = top + TINY + 3, top + WEIGHTS_HEIGHT - TINY - 3
    finite = np.abs(weights.values[np.isfinite(weights.values)])
    scale = float(finite.max(initial=0.0)) or 1.0
    for column, x in enumerate(above):
        for row, to in enumerate(below):
            if weight := float(weights.values[row, column]):
                said = escape(f"{weights.columns[column]} → {weights.rows[row]}: {precise(weight)}")
                yield (
                    f'<path class="cajal-weight" d="M{x:.1f},{start:.1f}L{to:.1f},{end:.1f}" '
                    f"{_line(weight, scale)}><title>{said}</title></path>"
                )
    room = int(step / (TINY * 0.62))
    for labels, xs, y, at in (
        (weights.columns, above, top + TINY - 1, start),
        (weights.rows, below, end + TINY + 2, end),
    ):
        for label, x in zip(labels, xs, strict=True):
            yield f'<circle cx="{x:.1f}" cy="{at:.1f}" r="{DOT}" fill="{GREY}"/>'
            yield _text(x, y, TINY, clipped(label, max(room, 1)), _MIDDLE)


def _line(weight: float, scale: float) -> str:
    """Width and colour of a weight; below zero dashed too, and dotted where it is no finite number."""
    if not math.isfinite(weight):
        return 'stroke="#c81e78" stroke-width="2" stroke-dasharray="1 2"'
    red, green, blue = POSITIVE if weight > 0 else NEGATIVE
    part = abs(weight) / scale
    dashes = ' stroke-dasharray="4 2"' if weight < 0 else ""
    return (
        f'stroke="rgb({red},{green},{blue})" stroke-width="{0.5 + 2 * part:.2f}" '
        f'stroke-opacity="{0.3 + 0.7 * part:.2f}"{dashes}'
    )
