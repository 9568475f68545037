"""The old name of `cajal_kernel.integrations`, for one release: a configuration may still say it."""

from __future__ import annotations

import warnings

warnings.warn(
    "cajal_kernel.editors is now cajal_kernel.integrations, and its old name will go",
    DeprecationWarning,
    stacklevel=2,
)
