"""`compare`: the difference of two models or two studies, with its interval."""

from __future__ import annotations

import argparse

from cajal_experiments.ledger import required
from cajal_experiments.report.archive import stored
from cajal_experiments.report.comparison import compared


def compare(options: argparse.Namespace) -> int:
    """Prints a row for each setting that both have."""
    required(options.storage)
    table = compared(options.a, options.b, stored(options.storage), options.measure)
    print(table.to_string(index=False))
    return 0
