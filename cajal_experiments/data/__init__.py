"""Data sets with a checksum, in two splits that share no image."""

from cajal_experiments.data.images import Images
from cajal_experiments.data.load import load

__all__ = ["Images", "load"]
