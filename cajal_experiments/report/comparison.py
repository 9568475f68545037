"""The difference of two models, or of two studies, over the seeds that both have."""

# What pandas says of its own types is wider than what it gives.
# pyright: reportArgumentType=false, reportGeneralTypeIssues=false, reportReturnType=false

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from cajal_experiments.errors import ExperimentError, unknown
from cajal_experiments.report.archive import Study
from cajal_experiments.report.frame import frame
from cajal_experiments.report.statistics import mean

#: What two runs share whose numbers are compared, beside the seed.
SAME = ["variant", "size", "data", "checksum", "overrides"]


def compared(a: str, b: str, studies: Sequence[Study], measure: str | None = None) -> pd.DataFrame:
    """A row for each setting that both have: the means, and the mean of `a - b` of each seed.

    `a` and `b` are `STUDY:MODEL`, or `STUDY` for all its models. Two models are compared whatever their
    names are, two studies model by model.
    """
    (study, left), (_other, right) = _side(a, studies), _side(b, studies)
    name = measure or study.measures[0]
    by = [*SAME, "seed"] if ":" in a and ":" in b else [*SAME, "model", "seed"]
    for side, runs in ((a, left), (b, right)):
        if name not in runs:
            raise ExperimentError(f"`{side}` has no measure `{name}`. It has {', '.join(study.measures)}.")
    pairs = left.merge(right, on=by, suffixes=("", " of b"))
    rows = []
    for key, runs in pairs.groupby(by[:-1], sort=False):
        first, second = runs[name], runs[f"{name} of b"]
        both = first.notna() & second.notna()
        if both.any():
            difference = mean((first - second)[both].tolist())
            texts = {a: mean(first[both].tolist()), b: mean(second[both].tolist()), "difference": difference}
            rows.append(
                {
                    **dict(zip(by, key if isinstance(key, tuple) else (key,), strict=False)),
                    "seeds": difference.count,
                    **{label: str(value) for label, value in texts.items()},
                }
            )
    if not rows:
        raise ExperimentError(
            f"`{a}` and `{b}` have no run of one variant, seed, size and data in common. `list` tells what "
            "there is."
        )
    return pd.DataFrame(rows)


def _side(text: str, studies: Sequence[Study]) -> tuple[Study, pd.DataFrame]:
    name, _, model = text.partition(":")
    for study in studies:
        if study.name == name:
            runs = frame(study)
            if model and model not in set(runs["model"]):
                present = ", ".join(dict.fromkeys(runs["model"])) or "none"
                raise ExperimentError(f"`{name}` has no complete run of `{model}`. It has {present}.")
            return study, runs[runs["model"] == model] if model else runs
    names = [study.name for study in studies]
    raise ExperimentError(f"{unknown('study', name, names)} A model of a study is `STUDY:MODEL`.")
