"""An extension of the Jupyter server: in JupyterLab, pairs of jupytext can be `.cajal` scripts."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(app: Any) -> None:
    """Nothing is to do without jupytext. Whether its own extension comes first does not matter."""
    if find_spec("jupytext") is None:
        app.log.debug("jupytext is not installed, so it need not know Cajal.")
        return
    from cajal_kernel.integrations.jupytext import register

    register()
