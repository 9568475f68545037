"""Reads the command line and does what it says."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from cajal_experiments.errors import ExperimentError


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status: 0, 1 where a run failed, 2 where the command is wrong, 130 after an interrupt."""
    from cajal_experiments.command import compare, listing, report, run
    from cajal_experiments.command.arguments import parser

    options = parser().parse_args(arguments)
    commands = {
        "run": run.run,
        "report": report.report,
        "compare": compare.compare,
        "list": listing.listing,
    }
    try:
        return commands[options.command](options)
    except ExperimentError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Interrupted. The same command goes on from here.", file=sys.stderr)
        return 130
