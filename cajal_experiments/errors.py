"""The mistakes that a user of the command can make."""

from __future__ import annotations


class ExperimentError(Exception):
    """A wrong name, file or option. Its text says what is wrong and what to do."""
