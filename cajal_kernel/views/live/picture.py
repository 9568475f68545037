"""What a live picture shows, and how it is sent."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

Spec = dict[str, Any]
"""What JSON can write."""

DTYPES = {"f4", "f8", "i4", "u1"}
"""Those that JavaScript has arrays of, little-endian: Float32Array, Float64Array, Int32Array, Uint8Array."""


@dataclass(frozen=True, eq=False)
class Live:
    """A live picture: which one it is, what it says, and its numbers.

    `kind` names the folder of js whose `picture.js` draws it. `spec` is what JSON can write, `arrays` are
    sent as they are, of a dtype of `DTYPES`. `answer` answers what the page asks while the kernel is there;
    a page in a file of its own cannot ask. `whole` makes what such a page is given instead, if it is given
    more numbers.
    """

    kind: str
    spec: Spec
    arrays: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    answer: Callable[[Spec], Live] | None = None
    whole: Callable[[], Live] | None = None

    def packed(self) -> tuple[Spec, bytes]:
        """The spec, with a directory of the arrays as `$arrays`, and the bytes of all arrays.

        Each array starts at a multiple of 8 bytes.

        Raises:
            TypeError: if an array has another dtype.

        Example:
            >>> import numpy as np
            >>> Live("matrix", {"title": "not"}, {"values": np.eye(2, dtype="f4")}).packed()[0]
            {'title': 'not', '$arrays': {'values': {'dtype': 'f4', 'shape': [2, 2], 'at': 0}}}
        """
        import numpy as np

        directory: Spec = {}
        parts: list[bytes] = []
        at = 0
        for name, array in self.arrays.items():
            dtype = f"{array.dtype.kind}{array.dtype.itemsize}"
            if dtype not in DTYPES:
                raise TypeError(f"{name} is an array of {array.dtype}, which is not among {sorted(DTYPES)}")
            content = np.ascontiguousarray(array, array.dtype.newbyteorder("<")).tobytes()
            directory[name] = {"dtype": dtype, "shape": list(array.shape), "at": at}
            parts += [content, bytes(-len(content) % 8)]
            at += len(content) + len(parts[-1])
        return {**self.spec, "$arrays": directory}, b"".join(parts)

    @property
    def json(self) -> str:
        """The packed spec as text, without NaN or infinities, which JSON lacks."""
        return json.dumps(self.packed()[0], allow_nan=False, separators=(",", ":"))
