"""The old name of `cajal_kernel.integrations.jupyter_server`, as configurations of a server have it."""

from __future__ import annotations

from typing import Any

from cajal_kernel.integrations.jupyter_server import _load_jupyter_server_extension

__all__ = ["_jupyter_server_extension_points", "_load_jupyter_server_extension"]


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    return [{"module": __name__}]
