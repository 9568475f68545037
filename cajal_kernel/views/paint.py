"""What all pictures share: colours, how numbers are written, aligned text, pieces of HTML and of PNG.

The HTML survives saving: it has no script, and its colours suit a light and a dark page. A cell's colour is
translucent, over whatever the page is; its text has the page's own colour. Values are in `title` attributes,
which front ends keep even where they distrust a notebook. An image is embedded, so that a notebook file is
complete.

A PNG is drawn on matplotlib figures without pyplot, so that no front end's figures can disturb it. Its
background is transparent and its text is a grey that can be read on white and on black. numpy and matplotlib
are loaded by the functions that need them, since most cells show a line of text.
"""

from __future__ import annotations

import base64
import io
import math
import warnings
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width

import cajal_core as cajal

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.axis import XAxis, YAxis
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

Bundle = dict[str, Any]
"""A MIME bundle: the forms of one output by their MIME type, as the Jupyter protocol has them."""

# Colours

POSITIVE = (38, 120, 226)
NEGATIVE = (226, 104, 22)
STRONGEST = 0.58
"""The opacity of the greatest entry in HTML, where a number stands on it."""

GREY = "#808080"
COLOURS = ("#2678e2", "#e26816", "#1f9d61", "#a855c8", "#c9487a", "#8a8a22")
"""Of the lines of a chart, in order; js/live.css has the same."""


def tint(value: float, scale: float) -> str:
    """The colour of an entry in HTML: blue above zero, orange below, the fainter the nearer to zero.

    >>> tint(-0.5, scale=1)
    'rgba(226,104,22,0.29)'
    """
    if not math.isfinite(value):
        return "rgba(200,30,120,0.6)"
    red, green, blue = POSITIVE if value > 0 else NEGATIVE
    return f"rgba({red},{green},{blue},{min(1.0, abs(value) / scale) * STRONGEST:.2f})"


# Numbers


def counted(number: int, what: str) -> str:
    """A number and its noun: `1 step`, `10 steps`."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def mark(value: float) -> str:
    """What stands for a number that is not finite: × for NaN, ▲ and ▼ for the infinities."""
    return "×" if math.isnan(value) else "▲" if value > 0 else "▼"


def short(value: float) -> str:
    """A number in at most seven characters, for the cell of a table; whole numbers stay whole."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "+∞" if value > 0 else "−∞"
    if value == round(value) and abs(value) < 1e6:
        return str(round(value))
    return f"{value:.2g}" if abs(value) < 0.1 or abs(value) >= 1e4 else f"{value:.3g}"


def precise(value: float) -> str:
    """A number as a hover text gives it."""
    if not math.isfinite(value):
        return short(value)
    if value == round(value) and abs(value) < 1e15:
        return str(round(value))
    return f"{value:.6g}"


def entry_text(value: float) -> str:
    """An entry of a table of text, where a zero is a dot."""
    return "·" if value == 0 else short(value)


# Aligned text

WIDTH = 96
"""The columns of a terminal that a table fills at most."""

ROWS = 40
"""The rows of a table that are written at most."""


def heading_text(name: str, type: str, value: str = "", note: str = "") -> str:
    """The line above every picture: `not : Bool -o Bool`, with a value and a remark behind it."""
    name, note = cajal.shorten(name), cajal.shorten(note)
    text = f"{name} : {type}" if name and type else name or type
    return text + (f" = {value}" if value else "") + (f"   -- {note}" if note else "")


def width(text: str) -> int:
    """How many columns a terminal gives the text."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def left(text: str, size: int) -> str:
    """Padded to `size` terminal columns, text first."""
    return text + " " * (size - width(text))


def right(text: str, size: int) -> str:
    """Padded to `size` terminal columns, text last."""
    return " " * (size - width(text)) + text


def rule(header: str) -> str:
    """The line below a header, crossing its rules."""
    return "".join("┼" if character == "│" else "─" * width(character) for character in header)


# HTML

DENSITY = 1.6
"""Pixels of an image for each pixel of the page, so that it is sharp on fine screens too."""

MONO = "font-family:var(--jp-code-font-family, monospace)"
QUIET = "opacity:0.62"


def heading(name: str, type: str, value: str = "", note: str = "") -> str:
    """The line above every picture: `not : Bool -o Bool`, with a value and a quiet remark behind it."""
    name, note = cajal.shorten(name), cajal.shorten(note)
    parts = [f"<b>{escape(name)}</b>" if name else "", " : " if name and type else "", escape(type)]
    if value:
        parts.append(f" = <b>{escape(value)}</b>")
    remark = f'<span style="{QUIET};padding-left:1.2em">{escape(note)}</span>' if note else ""
    return f'<div style="margin:2px 0"><span style="{MONO}">{"".join(parts)}</span>{remark}</div>'


def bar(start: float, length: float, colour: str, track: str = "transparent", room: int = 42) -> str:
    """A bar of some pixels on a track of `room`, in colours of CSS.

    A front end that distrusts a notebook takes gradients and positions away; boxes with plain colours stay.
    """
    box = "display:inline-block;height:8px;border-radius:2px"
    outer = f"{box};vertical-align:middle;width:{room}px;line-height:0;margin:0 4px;background:{track}"
    fill = f"{box};vertical-align:top;margin-left:{start:.0f}px;width:{length:.0f}px;background:{colour}"
    return f'<span style="{outer}"><span style="{fill}"></span></span>'


def encoded(png: bytes) -> str:
    """An image as the Jupyter protocol and HTML carry it."""
    return base64.b64encode(png).decode("ascii")


def image(png: bytes, alternative: str) -> str:
    """An embedded picture that is never wider than the page."""
    width = round(int.from_bytes(png[16:20]) / DENSITY)  # the width in the image's header
    return (
        f'<img src="data:image/png;base64,{encoded(png)}" alt="{escape(alternative)}" width="{width}" '
        f'style="max-width:100%;height:auto" />'
    )


# PNG

DPI = 110 * DENSITY


def figure(width: float, height: float) -> Figure:
    """An empty figure, in inches."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), dpi=DPI)


def plain(axes: Axes) -> Axes:
    """Grey labels and no box, so that the picture sits on any page."""
    axes.set_facecolor("none")
    axes.tick_params(colors=GREY, labelsize=7, length=0, pad=3)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(GREY)
        axes.spines[side].set_alpha(0.6)
    return axes


def painted(values: NDArray[np.float64], scale: float) -> NDArray[np.float64]:
    """Colours of entries: (…) to (…, 4), as `tint` has them but opaque at full size."""
    import numpy as np

    colour = np.where(values[..., None] > 0, np.array(POSITIVE) / 255, np.array(NEGATIVE) / 255)
    alpha = np.clip(np.abs(np.nan_to_num(values, nan=scale)) / scale, 0, 1) * 0.9
    return np.concatenate([colour, alpha[..., None]], axis=-1)


def ticks(axis: XAxis | YAxis, labels: Sequence[str], stride: float) -> None:
    """Every label, or every few where they would touch."""
    places = list(range(0, len(labels), round_up(stride)))
    axis.set_ticks(places, [labels[place] for place in places])


def round_up(least: float) -> int:
    """The least of 1, 2, 5, 10, 20, … that is no less."""
    power = 10 ** max(0, math.ceil(math.log10(max(least, 1))) - 1)
    return next(step * power for step in (1, 2, 5, 10) if step * power >= least)


def png_bytes(figure: Figure) -> bytes:
    """The figure as a PNG, without margins."""
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")  # a box stands there, and the text has the name
        figure.savefig(buffer, format="png", transparent=True, bbox_inches="tight", pad_inches=0.05)
    return buffer.getvalue()
