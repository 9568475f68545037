"""The command `python -m cajal_experiments`."""
