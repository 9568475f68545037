"""What the command takes."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import Any

from cajal_experiments.ledger import HEARTBEAT

STORAGE = "results/experiments.db"
OVERRIDES: Mapping[str, tuple[Callable[[str], Any], str]] = {
    "train": (int, "training samples"),
    "test": (int, "test samples"),
    "steps": (int, "training steps"),
    "epochs": (int, "epochs of training"),
    "batch": (int, "samples a step"),
    "rate": (float, "learning rate"),
    "every": (int, "steps between two measurements"),
    "clip": (float, "greatest norm of the gradient"),
}


def parser() -> argparse.ArgumentParser:
    """The command's parser."""
    command = argparse.ArgumentParser(
        prog="python -m cajal_experiments",
        description="Runs experiments over models and seeds, and makes the tables.",
    )
    names = command.add_subparsers(dest="command", required=True)
    _run(names.add_parser("run", help="run what is not complete yet"))
    report = names.add_parser("report", help="write the tables and figures")
    report.add_argument("studies", nargs="*", help="studies of the storage to take results from (all)")
    report.add_argument("--docs", default="docs", help="folder that gets results.md and results/ (docs)")
    compare = names.add_parser("compare", help="the difference of two models or two studies, paired by seed")
    for name in ("a", "b"):
        compare.add_argument(name, help="STUDY:MODEL, or STUDY for every model")
    compare.add_argument("--measure", help="what is compared (the first measure)")
    names.add_parser("list", help="the experiments, and the studies of the storage")
    for each in names.choices.values():
        each.add_argument("--storage", default=STORAGE, help=f"a file, or a database's URL ({STORAGE})")
    return command


def _run(run: argparse.ArgumentParser) -> None:
    run.add_argument("experiment", help="a name (see `list`), or a file of your own that ends in .py")
    run.add_argument("--study", help="the name that the results are kept under (the experiment's)")
    run.add_argument("--models", type=words, help="some of the models: D,D+,I (all)")
    run.add_argument("--variants", type=words, help="some of the variants: EQ,XOR (all)")
    run.add_argument("--seeds", type=number, default=5, metavar="N", help="seeds 0 to N - 1 (5)")
    run.add_argument(
        "--data",
        metavar="DIR",
        help="a folder with MNIST's four IDX files, or `openml`, or `digits` (digits)",
    )
    run.add_argument("--size", choices=("small", "full"), default="full", help="the settings (full)")
    run.add_argument("--jobs", type=number, default=1, metavar="N", help="processes (1)")
    run.add_argument("--threads", type=number, default=1, metavar="N", help="torch's threads of each (1)")
    run.add_argument("--cluster", metavar="ADDRESS", help="run on the workers of this Dask scheduler")
    run.add_argument("--checkpoints", metavar="DIR", default="results/checkpoints", help="where runs go on")
    run.add_argument("--heartbeat", type=number, default=HEARTBEAT, metavar="S", help=argparse.SUPPRESS)
    run.add_argument("--dry-run", action="store_true", help="print the runs and a guess of their time")
    settings = run.add_argument_group("settings", "values to use instead; 1e-3,1e-4 runs each")
    for name, (kind, meaning) in OVERRIDES.items():
        settings.add_argument(f"--{name}", type=values(kind), metavar="N", help=meaning)


def overrides(options: argparse.Namespace) -> list[dict[str, Any]]:
    """Every combination of the settings that were given."""
    given = {name: getattr(options, name) for name in OVERRIDES if getattr(options, name) is not None}
    return [dict(zip(given, chosen, strict=True)) for chosen in product(*given.values())]


def words(text: str) -> list[str]:
    """The words of a list with commas."""
    return [word.strip() for word in text.split(",") if word.strip()]


def number(text: str) -> int:
    """A whole number from 1."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1")
    return int(text)


def values(kind: Callable[[str], Any]) -> Callable[[str], Sequence[Any]]:
    """Reads numbers above zero with commas between them."""

    def number(text: str) -> Sequence[Any]:
        try:
            numbers = [kind(word) for word in words(text)]
        except ValueError:
            numbers = []
        if not numbers or min(numbers) <= 0:
            what = "whole numbers" if kind is int else "numbers"
            raise argparse.ArgumentTypeError(f"{text!r} is no list of {what} above 0, such as 10,20")
        return numbers

    return number
