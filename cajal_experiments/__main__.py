"""`python -m cajal_experiments`."""

from __future__ import annotations

import sys

from cajal_experiments.command.main import main

if __name__ == "__main__":
    sys.exit(main())
