"""A vector of an image space as a small picture."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from cajal_kernel.views.paint import NEGATIVE, POSITIVE, encoded, short

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SMALL, LARGE = 56, 112
"""The least and the most pixels of the page that an image is wide and high."""


def image_png(values: NDArray[np.float64], size: list[int]) -> bytes:
    """A pixel for each entry: blue above zero, orange below, or the colours of three channels."""
    import numpy as np
    from PIL import Image

    channels, height, width = size
    grid = values.reshape(channels, height, width)
    odd = ~np.isfinite(grid).all(0)
    finite = np.where(np.isfinite(grid), grid, 0.0)
    pixels = np.zeros((height, width, 4))
    if channels == 3:
        low, high = finite.min(), finite.max()
        black, white = (0.0, 1.0) if low >= 0 and high <= 1 else (low, high)
        pixels[..., :3] = np.moveaxis((finite - black) / ((white - black) or 1), 0, -1) * 255
        pixels[..., 3] = 255
    else:
        pixels[..., :3] = np.where(finite[0, ..., None] < 0, NEGATIVE, POSITIVE)
        pixels[..., 3] = 255 * np.abs(finite[0]) / (np.abs(finite).max() or 1)
    pixels[odd] = (200, 30, 120, 255)
    buffer = io.BytesIO()
    Image.fromarray(pixels.round().astype("u1"), "RGBA").save(buffer, format="png")
    return buffer.getvalue()


def image_html(values: NDArray[np.float64], size: list[int]) -> str:
    """The picture, embedded, with its range."""
    import numpy as np

    channels, height, width = size
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    odd = f", {values.size - finite.size} not finite" if finite.size < values.size else ""
    note = f"{height} × {width}{', 3 channels' * (channels == 3)}, {short(low)} to {short(high)}{odd}"
    zoom = max(SMALL / min(width, height), 1)
    shown = min(width * zoom, LARGE)
    return (
        f'<img src="data:image/png;base64,{encoded(image_png(values, size))}" alt="image, {note}" '
        f'width="{round(shown)}" style="image-rendering:pixelated;vertical-align:middle;'
        f'border:1px solid rgba(128,128,128,0.4)" /> <span style="opacity:0.62">{note}</span>'
    )
