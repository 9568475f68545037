"""A training as a file: its numbers, its image, or its live picture as a page of its own."""

from __future__ import annotations

import csv
import importlib
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cajal_core as cajal
from cajal_kernel.views.curves.data import Curves
from cajal_kernel.views.curves.forms import curves_text
from cajal_kernel.views.curves.live import curves_live
from cajal_kernel.views.curves.plot import curves_image

COLUMNS = ("metric", "run", "seed", "step", "value")
"""The columns of a table in long form: a row for each value."""


def save(curves: Curves, path: Path) -> None:
    """Write the file that the ending of the name asks for; see `Curve.save`."""
    ending = path.suffix.lower()
    if ending not in WRITERS:
        near = cajal.nearest(ending, WRITERS) or tuple(known for known in WRITERS if ending[:2] == known[:2])
        meant = f"; did you mean {path.stem}{near[0]}?" if ending and near else ""
        *first, last = WRITERS
        raise ValueError(f"{path.name}: a curve is saved as {', '.join(first)} or {last}{meant}")
    content = WRITERS[ending](curves)
    if isinstance(content, str):
        cajal.write(path, content)
    else:
        path.write_bytes(content)


def to_pandas(curves: Curves) -> Any:
    """The table as a `pandas.DataFrame`; see `Curve.to_pandas`."""
    try:
        pandas = importlib.import_module("pandas")
    except ImportError as error:
        message = (
            "to_pandas needs pandas, which is not installed here. Install it with `%pip install pandas`, "
            'or write the same table to a file with `curve.save("run.csv")`.'
        )
        raise ImportError(message) from error
    return pandas.DataFrame(list(_rows(curves)), columns=list(COLUMNS))


def _rows(curves: Curves) -> Iterator[tuple[str, str, str, float, float]]:
    for line in curves.lines:
        for step, value in zip(line.steps.tolist(), line.values.tolist(), strict=True):
            yield line.metric, line.run, line.seed, step, value


def _csv(curves: Curves) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_rows(curves))
    return text.getvalue()


def _json(curves: Curves) -> str:
    """Numbers that JSON lacks are texts: "nan", "inf", "-inf"."""
    lines = [
        {
            "metric": line.metric,
            "run": line.run,
            "seed": line.seed,
            "steps": _jsonable(line.steps.tolist()),
            "values": _jsonable(line.values.tolist()),
        }
        for line in curves.lines
    ]
    data = {"title": curves.title, "done": curves.done, "total": curves.total, "lines": lines}
    return json.dumps(data, allow_nan=False)


def _jsonable(numbers: list[float]) -> list[float | str]:
    return [number if abs(number) < float("inf") else str(number) for number in numbers]


def _html(curves: Curves) -> str:
    from cajal_kernel.views.live.page import page

    return page(curves.title or "training curve", [curves_live(curves)], curves_text(curves))


WRITERS: dict[str, Callable[[Curves], str | bytes]] = {
    ".csv": _csv,
    ".html": _html,
    ".json": _json,
    ".png": lambda curves: curves_image(curves, "png"),
    ".svg": lambda curves: curves_image(curves, "svg"),
}
"""What writes a file, by the ending of its name."""
