r"""Lists that are held apart: as one vector, as a page has them, and in words.

The vector has the elements, zeros up to the greatest length of the type, and behind them the weights of the
lengths.

>>> program = cajal.Program()
>>> [type], _ = cajal.uncurry(program.type(r"\xs:List[2] Bool. case xs { _ => true }"))
>>> one = default_list(type)
>>> list_vector(one, type).tolist(), list_text(one, type)
([1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0], '[true, false]')
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cajal_core as cajal
from cajal_kernel.views.paint import short

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor

LENGTH = 3
"""How many elements a list has, to begin with."""

LISTED = 3
"""The most basis vectors that a mixture is written with."""


def default_list(type: cajal.Type) -> cajal.Sequence:
    """A list to begin with: of data the first basis vectors in turn, of a space 0.5 everywhere."""
    import torch

    element, most = _parts(type)
    length, dim = min(LENGTH, most), cajal.dim(element)
    if cajal.is_data(element):
        elements = torch.eye(min(dim, length) or 1, dim)[torch.arange(length) % dim]
    else:
        elements = torch.full((length, dim), 0.5)
    return cajal.Sequence(elements.reshape(length, *cajal.shape(element)), torch.tensor(length), most)


def list_vector(value: cajal.Sequence, type: cajal.Type) -> Tensor:
    """Lists as vectors, `(*batch, k · dim A + k + 1)`."""
    import torch

    _, most = _parts(type)
    elements, lengths = value.flat()
    batch = torch.broadcast_shapes(elements.shape[:-2], lengths.shape[:-1])
    elements = torch.nn.functional.pad(elements, (0, 0, 0, most - elements.shape[-2]))
    lengths = torch.nn.functional.pad(lengths, (0, most + 1 - lengths.shape[-1]))
    return torch.cat([elements.flatten(-2).expand(*batch, -1), lengths.expand(*batch, -1)], -1)


def vector_list(vector: Tensor, type: cajal.Type) -> cajal.Sequence:
    """The list that one vector stands for, no longer than the greatest length that has a weight."""
    element, most = _parts(type)
    split = most * cajal.dim(element)
    weighed = vector[split:].nonzero().flatten()
    longest = int(weighed[-1]) if len(weighed) else 0
    elements = vector[:split].reshape(most, *cajal.shape(element))[:longest]
    return cajal.Sequence(elements, vector[split : split + longest + 1], most)


def first_list(value: cajal.Sequence) -> cajal.Sequence:
    """The first of a batch."""
    elements, lengths = value.elements, value.lengths
    first = (0,) * value.rank
    return cajal.Sequence(elements[first], lengths[first], value.most)


def list_text(value: cajal.Sequence, type: cajal.Type) -> str:
    """One list in words, its lengths behind it where they are several: `[true, false]`."""
    element, _ = _parts(type)
    lengths = [float(weight) for weight in value.weights()]
    weighed = [length for length, weight in enumerate(lengths) if weight]
    longest = weighed[-1] if weighed else 0
    rows = value.elements[:longest].detach().cpu().double().flatten(1).numpy()
    written = f"[{', '.join(_element_text(row, element) for row in rows)}]"
    if len(weighed) == 1 and lengths[longest] == 1:
        return written
    if not weighed:
        return f"{written} of no length"
    return f"{written} with lengths {', '.join(f'{length}: {short(lengths[length])}' for length in weighed)}"


def vector_text(labels: tuple[str, ...], value: NDArray[np.float64]) -> str:
    """A vector by its greatest entries: `true`, or `true: 0.7, false: 0.3`.

    >>> import numpy as np
    >>> vector_text(("true", "false"), np.array([0.75, 0.25]))
    'true: 0.75, false: 0.25'
    """
    import numpy as np

    places = [int(place) for place in np.flatnonzero(value)]
    if not places:
        return "0"
    if all(value[place] == 1 for place in places) and (len(places) == 1 or "↦" in labels[0]):
        written = [labels[place] for place in places]
    else:
        places.sort(key=lambda place: (-abs(value[place]), place))
        written = [f"{labels[place]}: {short(float(value[place]))}" for place in places]
    return ", ".join(written[:LISTED]) + ", …" * (len(written) > LISTED)


def _element_text(row: NDArray[np.float64], element: cajal.Type) -> str:
    if cajal.is_data(element):
        text = vector_text(tuple(cajal.labels(element)), row)
        return f"({text})" if ":" in text else text
    return f"norm {short(math.hypot(*row))}"


def _parts(type: cajal.Type) -> tuple[cajal.Type, int]:
    parts = cajal.list_of(type)
    assert parts is not None
    return parts
