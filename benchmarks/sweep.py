"""What a sweep loses when its workers are killed, and what it repeats.

    python -m benchmarks.sweep [--seeds 15] [--kills 10]

The runs are those of `tests/experiments/tiny.py`, slowed down so that each takes some seconds. They are run
twice: once by one process that nobody disturbs, and once by two workers, of which one is killed (SIGKILL) at
random times, so many times; every third time the command is killed instead, and started again. It is told how
many runs are complete, how many were complete twice, how many steps were done twice, and whether all numbers
are equal to those of the sweep that nobody disturbed.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import psutil
from optuna.trial import TrialState

from cajal_experiments.ledger import Ledger

ROOT = Path(__file__).parents[1]
STEPS = 60


def command(folder: Path, seeds: int, jobs: int, seconds: float) -> subprocess.Popen[bytes]:
    """Starts the sweep; each step notes its process, and takes so many seconds more."""
    arguments = [
        sys.executable, "-m", "cajal_experiments", "run", str(ROOT / "tests" / "experiments" / "tiny.py"),
        "--models", "slow", "--variants", "A", "--steps", str(STEPS), "--seeds", str(seeds),
        "--jobs", str(jobs), "--heartbeat", "1",
        "--storage", str(folder / "sweep.db"), "--checkpoints", str(folder / "checkpoints"),
    ]  # fmt: skip
    environment = {**os.environ, "TINY_SECONDS": str(seconds), "TINY_NOTES": str(folder / "notes")}
    return subprocess.Popen(arguments, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)  # noqa: S603


def training(folder: Path) -> set[int]:
    """The processes that have done a step."""
    notes = folder / "notes"
    return {int(line.split()[0]) for line in notes.read_text().splitlines()} if notes.exists() else set()


def disturbed(folder: Path, seeds: int, kills: int) -> int:
    """Runs the sweep, and kills; the number of kills that met a training."""
    chance = random.Random(0)  # noqa: S311 - no secret
    process, done = command(folder, seeds, 2, 0.1), 0
    while process.poll() is None:
        time.sleep(chance.uniform(2, 8))
        workers = [child for child in psutil.Process(process.pid).children() if child.pid in training(folder)]
        if done < kills and workers:
            done += 1
            if done % 3 == 0:
                process.kill()
                process.wait()
                process = command(folder, seeds, 2, 0.1)
            else:
                chance.choice(workers).kill()
    return done


def numbers(folder: Path) -> dict[int, list[object]]:
    """By seed what the complete runs measured."""
    complete: dict[int, list[object]] = {}
    for trial in Ledger(str(folder / "sweep.db"), "tiny").study.trials:
        if trial.state == TrialState.COMPLETE:
            result = trial.user_attrs["result"]
            seed = trial.user_attrs["cell"]["seed"]
            complete.setdefault(seed, []).append((result["measures"], result["curves"]))
    return complete


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=15, help="runs of the sweep (15)")
    parser.add_argument("--kills", type=int, default=10, help="processes that are killed (10)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        calm, rough = Path(name, "calm"), Path(name, "rough")
        calm.mkdir()
        rough.mkdir()
        command(calm, options.seeds, 1, 0).wait()
        began = time.monotonic()
        kills = disturbed(rough, options.seeds, options.kills)
        seconds = time.monotonic() - began
        expected, found = numbers(calm), numbers(rough)
        states = Counter(trial.state.name for trial in Ledger(str(rough / "sweep.db"), "tiny").study.trials)
        steps = len((rough / "notes").read_text().splitlines())
        print(f"{kills} kills in {seconds:.0f} s, attempts: {dict(states)}")
        print(f"{len(found)} of {options.seeds} runs are complete")
        print(f"{sum(len(results) > 1 for results in found.values())} runs are complete more than once")
        print(f"{steps - options.seeds * STEPS} of {options.seeds * STEPS} steps were done again")
        print(f"numbers equal to the undisturbed sweep: {found == expected}")


if __name__ == "__main__":
    main()
