"""The old name of `cajal_kernel.integrations.jupytext`."""

from cajal_kernel.integrations.jupytext import register

__all__ = ["register"]
