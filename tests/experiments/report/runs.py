"""Studies made by hand, whose tables are worked out beside them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cajal_experiments.experiment import Threshold
from cajal_experiments.report.archive import Study


def run(
    model: str,
    seed: int,
    accuracy: float | None,
    curve: list[float | None],
    variant: str = "EQ",
    **overrides: Any,
) -> Mapping[str, Any]:
    """A run that was measured at steps 10, 20, …"""
    steps = [10 * number for number in range(1, len(curve) + 1)]
    return {
        "cell": {
            "variant": variant,
            "model": model,
            "seed": seed,
            "size": "full",
            "data": "mnist",
            "checksum": "0123456789ab",
            "overrides": overrides,
        },
        "result": {
            "measures": {"accuracy": accuracy},
            "curves": {"accuracy": [steps, curve], "loss": [steps, [0.5 for _ in steps]]},
            "parameters": {"D": 628800, "D+": 314400}[model],
            "samples": overrides.get("train", 5000),
            "batch": 64,
            "steps": steps[-1],
            "seconds": 2.0 + seed,
            "stopped": "finished" if accuracy is not None else "not finite",
            "warnings": [],
            "machine": "a machine, 2 cores",
            "threads": 1,
            "processes": 1,
            "versions": {"python": "3.11", "torch": "2.13"},
        },
    }


RUNS = [
    run("D", 0, 0.80, [0.6, 0.7, 0.8]),
    run("D", 1, 0.50, [0.5, 0.5, 0.5]),
    run("D", 2, 0.90, [0.7, 0.85, 0.9]),
    run("D+", 0, 0.90, [0.8, 0.85, 0.9]),
    run("D+", 1, 0.94, [0.7, 0.9, 0.94]),
    run("D+", 0, 0.70, [0.6, 0.65, 0.7], train=250),
    run("D+", 1, None, [None, None], train=250),
    run("D+", 0, 0.88, [0.8, 0.86, 0.88], variant="XOR"),
]


def study(runs: list[Mapping[str, Any]] | None = None, name: str = "L2") -> Study:
    return Study(
        name=name,
        experiment="L2",
        source="L2",
        title="Do two digits have the same parity?",
        variants=["EQ", "XOR"],
        models=["D+", "D"],
        measures=["accuracy"],
        target=Threshold("accuracy", ">=", 0.8),
        stuck=Threshold("accuracy", "<", 0.6),
        runs=RUNS if runs is None else runs,
    )
