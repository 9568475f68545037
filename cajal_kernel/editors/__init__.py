"""Cajal in the tools around a notebook. Each module plugs into one of them, and is imported only with it."""
