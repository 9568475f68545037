"""What a training was: one long table of numbers, and how the training ended."""

from __future__ import annotations

import json
import math
import os
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypedDict, cast

from cajal_core.diagnostics.errors import CajalError
from cajal_core.diagnostics.fitting.kept import NotAHistory, NotRecorded
from cajal_core.neuron.show import history_bundle
from cajal_core.program.files import read, write

Stopped = Literal["running", "finished", "interrupted", "early", "not finite"]


class Record(TypedDict):
    """A row of the table."""

    step: int
    epoch: int
    name: str
    value: float


@dataclass
class History:
    """The numbers of a training, a row for each, in the order in which they were taken.

    A row has the step that it was taken after (the first is 1), the epoch (the first is 0), its name and its
    value. The names are `loss`, the metrics, and `validation loss`, `validation accuracy` and so on.

    `stopped` tells how the training ended: "finished", "interrupted", "early" or "not finite"; it is
    "running" while callbacks see it, and after an error. `message` says why, where that needs a sentence.
    `warnings` are what else there is to know, `steps` the steps that were done, and `seconds` what they
    took. Two histories are equal where all but the seconds are.

    Example:
        >>> from cajal_core import History
        >>> history = History()
        >>> for step, loss in enumerate([0.9, 0.5, 0.2], start=1):
        ...     history.add(step, 0, loss=loss)
        >>> history.records[0]
        {'step': 1, 'epoch': 0, 'name': 'loss', 'value': 0.9}
        >>> print(history)
        3 steps, running
        name  first  last  least  most
        loss    0.9   0.2    0.2   0.9
    """

    stopped: Stopped = "running"
    message: str = ""
    warnings: list[str] = field(default_factory=list[str])
    steps: int = 0
    seconds: float = field(default=0.0, compare=False)
    # A training adds to them at each step, which must cost little: plain numbers, a column each.
    _steps: array[int] = field(default_factory=lambda: array("q"), repr=False)
    _epochs: array[int] = field(default_factory=lambda: array("q"), repr=False)
    _names: array[int] = field(default_factory=lambda: array("q"), repr=False)
    _values: array[float] = field(default_factory=lambda: array("d"), repr=False)
    #: Each name with its number in `_names`, and the row of its latest value.
    _numbers: dict[str, int] = field(default_factory=dict[str, int], repr=False)
    _latest: dict[str, int] = field(default_factory=dict[str, int], repr=False)

    def add(self, step: int, epoch: int, /, **values: float) -> None:
        """Adds a row for each value, all taken after one step of an epoch."""
        self.extend(step, epoch, values)

    def extend(self, step: int, epoch: int, values: Mapping[str, float]) -> None:
        """As `add`, with names that need not be those of Python.

        Example:
            >>> from cajal_core import History
            >>> history = History()
            >>> history.extend(1, 0, {"validation loss": 0.5})
            >>> history.series("validation loss")
            ([1], [0.5])
        """
        for name, value in values.items():
            self._latest[name] = len(self._steps)
            self._steps.append(step)
            self._epochs.append(epoch)
            self._names.append(self._numbers.setdefault(name, len(self._numbers)))
            self._values.append(value)
        self.steps = max(self.steps, step)

    def __len__(self) -> int:
        return len(self._steps)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of what was recorded, in the order in which they came."""
        return tuple(self._numbers)

    @property
    def records(self) -> list[Record]:
        """The table as a list of rows."""
        return list(self._rows())

    def _rows(self) -> Iterator[Record]:
        names = self.names
        for step, epoch, name, value in zip(
            self._steps, self._epochs, self._names, self._values, strict=True
        ):
            yield {"step": step, "epoch": epoch, "name": names[name], "value": value}

    def series(self, name: str) -> tuple[list[int], list[float]]:
        """The steps and the values of one name.

        Raises:
            CajalError: if nothing of this name was recorded.
        """
        if name not in self._numbers:
            raise CajalError(NotRecorded(name, self.names))
        number = self._numbers[name]
        rows = [row for row, other in enumerate(self._names) if other == number]
        return [self._steps[row] for row in rows], [self._values[row] for row in rows]

    def latest(self, name: str) -> tuple[int, float] | None:
        """The step and the value that were recorded last for a name, or None.

        Example:
            >>> from cajal_core import History
            >>> history = History()
            >>> history.add(1, 0, loss=0.5)
            >>> history.latest("loss"), history.latest("accuracy")
            ((1, 0.5), None)
        """
        row = self._latest.get(name)
        return None if row is None else (self._steps[row], self._values[row])

    def reached(self, name: str, value: float) -> int | None:
        """The first step at which a number was good enough, or None: at least `value`, of a loss at most.

        A name that is or ends with `loss` or `error` is better the lower it is.

        Raises:
            CajalError: if nothing of this name was recorded.

        Example:
            >>> from cajal_core import History
            >>> history = History()
            >>> for step in range(1, 5):
            ...     history.add(step, 0, loss=1 / step, accuracy=step / 4)
            >>> history.reached("loss", 0.5), history.reached("accuracy", 0.7), history.reached("loss", 0)
            (2, 3, None)
        """
        sign = -1 if is_lower_better(name) else 1
        steps, values = self.series(name)
        return next(
            (step for step, got in zip(steps, values, strict=True) if sign * got >= sign * value), None
        )

    def to_pandas(self) -> Any:
        """The table as a `pandas.DataFrame` with the columns step, epoch, name and value."""
        import pandas as pd  # pyright: ignore[reportMissingTypeStubs]  # it has none

        return pd.DataFrame(self.records, columns=["step", "epoch", "name", "value"])

    def to_csv(self, path: str | os.PathLike[str]) -> None:
        """Writes the table: a line for each row, after one of the names of the columns.

        Raises:
            CajalError: if the file cannot be written.
        """
        write(Path(path).expanduser(), self.to_pandas().to_csv(index=False, lineterminator="\n"))

    def to_json(self, path: str | os.PathLike[str]) -> None:
        """Writes all that there is. Values that are not finite are the texts "nan", "inf" and "-inf".

        Raises:
            CajalError: if the file cannot be written.
        """
        state = self.state_dict()
        state["values"] = [value if math.isfinite(value) else str(value) for value in state["values"]]
        write(Path(path).expanduser(), json.dumps(state, allow_nan=False) + "\n")

    @classmethod
    def from_json(cls, path: str | os.PathLike[str]) -> History:
        """What `to_json` wrote.

        Raises:
            CajalError: if the file cannot be read, or has no history.

        Example:
            >>> import tempfile
            >>> from cajal_core import History
            >>> history = History()
            >>> history.add(1, 0, loss=float("inf"))
            >>> with tempfile.TemporaryDirectory() as folder:
            ...     history.to_json(f"{folder}/run.json")
            ...     History.from_json(f"{folder}/run.json") == history
            True
        """
        history = cls()
        try:
            history.load_state_dict(json.loads(read(Path(path).expanduser())))
        except (ValueError, TypeError, KeyError, IndexError) as error:
            raise CajalError(NotAHistory(os.fspath(path))) from error
        return history

    def state_dict(self) -> dict[str, Any]:
        """All that there is, as numbers, texts and lists of them."""
        return {
            "stopped": self.stopped,
            "message": self.message,
            "warnings": [*self.warnings],
            "done": self.steps,
            "seconds": self.seconds,
            "names": [*self._numbers],
            "steps": self._steps.tolist(),
            "epochs": self._epochs.tolist(),
            "name": self._names.tolist(),
            "values": self._values.tolist(),
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Becomes what `state_dict` told."""
        self.stopped, self.message = state["stopped"], state["message"]
        self.warnings[:] = state["warnings"]
        self.steps, self.seconds = state["done"], state["seconds"]
        self._steps = array("q", state["steps"])
        self._epochs = array("q", state["epochs"])
        self._names = array("q", state["name"])
        self._values = array("d", map(float, state["values"]))
        if len({*map(len, (self._steps, self._epochs, self._names, self._values))}) > 1:
            raise ValueError("the columns differ in length")
        self._numbers = {name: number for number, name in enumerate(cast("list[str]", state["names"]))}
        names = self.names
        self._latest = {names[number]: row for row, number in enumerate(self._names)}

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        return history_bundle(self)

    def __str__(self) -> str:
        done = f"{self.steps} step{'' if self.steps == 1 else 's'}, {self.stopped}"
        lines = [done + (f" in {self.seconds:.3g} seconds" if self.seconds else "")]
        lines += [self.message] if self.message else []
        if self._numbers:
            table: list[tuple[str, ...]] = [("name", "first", "last", "least", "most")]
            for name in self._numbers:
                _, values = self.series(name)
                table.append((name, *[f"{v:.4g}" for v in (values[0], values[-1], min(values), max(values))]))
            widths = [max(map(len, column)) for column in zip(*table, strict=True)]
            lines += ["  ".join(_padded(row, widths)) for row in table]
        return "\n".join([*lines, *self.warnings])


def _padded(row: tuple[str, ...], widths: list[int]) -> Iterator[str]:
    yield row[0].ljust(widths[0])
    for text, width in zip(row[1:], widths[1:], strict=True):
        yield text.rjust(width)


def is_lower_better(name: str) -> bool:
    """Whether a number of this name is better the lower it is.

    >>> is_lower_better("validation loss"), is_lower_better("accuracy")
    (True, False)
    """
    return name.endswith(("loss", "error"))
