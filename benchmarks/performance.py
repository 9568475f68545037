"""Measures every case, prints the table, and writes it into docs/performance.md.

    python -m benchmarks.performance           # all of it
    python -m benchmarks.performance chains    # the table of chains alone, or that of folds, or of steps

Times are the least of many rounds, forward and backward, on one thread; ratios are of one run.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import platform
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import torch

from benchmarks import chains, folds, steps

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "performance.md"
#: The text between a mark and the next `<!-- end -->`.
BLOCK = r"(?<=<!-- {} -->\n).*?(?=<!-- end -->)"
Entry = dict[str, Any]


def measured(options: list[str]) -> list[Entry]:
    """What pytest-benchmark found of each benchmark."""
    with tempfile.TemporaryDirectory() as folder:
        found = Path(folder) / "found.json"
        enabled = ["--benchmark-enable", f"--benchmark-json={found}"]
        command = [sys.executable, "-m", "pytest", "benchmarks", "-q", "-p", "no:cacheprovider"]
        subprocess.run([*command, *enabled, *options], cwd=ROOT, check=True)  # noqa: S603  # pytest
        return json.loads(found.read_text())["benchmarks"]


def table(entries: list[Entry]) -> list[list[str]]:
    rows = [["work", "against", "hand", "ours", "ratio", "at most"]]
    sides: dict[str, dict[str, Entry]] = {}
    for entry in entries:
        info = entry["extra_info"]
        sides.setdefault(info["name"], {})[info.get("side", "ours")] = entry
    for name, each in sides.items():
        ours = each["ours"]
        info = ours["extra_info"]
        if "hand" not in each:
            median = ours["stats"]["median"]
            rows.append([name, "", "", f"{1e3 * median:.1f} ms median", "", info["limit"]])
            continue
        unit = "bytes" if "bytes" in info else "ms"
        by_hand, mine = (amount(each[side]) for side in ("hand", "ours"))
        ratio = mine / by_hand
        shown = [
            f"{value / 2**20:.2f} MiB" if unit == "bytes" else f"{1e3 * value:.3f} ms"
            for value in (by_hand, mine)
        ]
        missed = "" if ratio <= info["at_most"] else " (missed)"
        rows.append([name, info["against"], *shown, f"{ratio:.3f}{missed}", f"{info['at_most']:.3f}"])
    return rows


def amount(entry: Entry) -> float:
    """The bytes of a benchmark of memory, or else its least time in seconds."""
    return entry["extra_info"].get("bytes") or entry["stats"]["min"]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("options", nargs="*", help="`chains`, `folds`, `steps`, or options of pytest")
    options = parser.parse_args().options
    alone = {"chains": chains.table, "folds": folds.table, "steps": steps.table}
    if len(options) == 1 and options[0] in alone:
        write(options[0], alone[options[0]]())
        return
    rows = table(measured(options))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print("  ".join(map(str.ljust, row, widths)).rstrip())
    if not options:
        write("measured", rows)
        for mark, made in alone.items():
            write(mark, made())


def write(mark: str, rows: list[list[str]]) -> None:
    """Puts a table into the page, with the machine and the day."""
    machine = f"{platform.processor() or platform.machine()}, one thread"
    when = dt.datetime.now(dt.UTC).date()
    head = f"{machine}; torch {torch.__version__}, Python {platform.python_version()}; {when}.\n\n"
    lines = [rows[0], ["---"] * len(rows[0]), *rows[1:]]
    text = head + "".join(f"| {' | '.join(line)} |\n" for line in lines)
    page = PAGE.read_text(encoding="utf-8")
    block = re.compile(BLOCK.format(mark), re.DOTALL)
    PAGE.write_text(block.sub(lambda _: text, page), encoding="utf-8")


if __name__ == "__main__":
    main()
