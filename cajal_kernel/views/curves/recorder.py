"""The training curve that a user holds: `add` numbers while training, see them live, keep the picture.

It has over 300 lines, because one class holds all that a user does with a curve, with examples.
"""

from __future__ import annotations

import threading
import time
import weakref
from collections import deque
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, SupportsFloat

from cajal_kernel.interrupts import held
from cajal_kernel.views.curves.data import Curves, points_each
from cajal_kernel.views.curves.files import save, to_pandas
from cajal_kernel.views.curves.forms import curves_bundle, curves_text
from cajal_kernel.views.curves.live import LIVE_ALL_POINTS, LIVE_POINTS, curves_live, window
from cajal_kernel.views.curves.output import Output
from cajal_kernel.views.curves.store import Run, Series, number, run_key
from cajal_kernel.views.curves.watch import Watch
from cajal_kernel.views.live.picture import Live, Spec
from cajal_kernel.views.training.feed import Feed

if TYPE_CHECKING:
    from torch import nn

PERIOD, LONGEST = 1 / 8, 2.0
"""The least time between two updates of the page, and the greatest while numbers are added, in seconds."""

SHARE = 1 / 200
"""The share of the time that updates may take, unless `LONGEST` between two of them is too short for it."""

BATCH = 200
"""How many steps wait at most to be put into their lines.

Between two steps of a training the processor forgets what it had at hand, so that each touch of a line costs
several times what it costs for many steps at once.
"""

COUNTED = float("nan")
"""Stands for a step that is not given."""


class Curve:
    """A live training curve: a panel for each metric, a line in it for each run.

    The page is updated at most eight times a second, however often `add` is called. When the block or the
    cell ends, also by an error or an interrupt, the output becomes the whole curve with a static picture,
    which a saved notebook keeps. `curve.data` is the curve as data.

    Give `run="…"` to compare several runs. Give `seed=…` to runs that repeat another with a different seed:
    the seeds of a run are shown as one line, their mean, with a band from the least to the greatest.

    Example:
        >>> from cajal_kernel.views import Curve
        >>> with Curve("digits", total=3) as curve:
        ...     for seed in range(2):
        ...         for step in range(3):
        ...             curve.add(run="small net", seed=seed, loss=1 / (step + seed + 1))
        >>> [first, second] = curve.data.lines
        >>> first.metric, first.run, first.seed, first.values.round(2).tolist()
        ('loss', 'small net', '0', [1.0, 0.5, 0.33])
    """

    def __init__(self, title: str = "", total: int | None = None, log: str | Iterable[str] = ()) -> None:
        """`total` is the number of steps to come, in each run; with it, progress and time left are shown.

        `log` names metrics whose axis is logarithmic at first; the live picture has a button for each axis.

        Raises:
            TypeError: if `total` is no number.
        """
        self.title = str(title)
        self.total = None if total is None else int(number("total", total))
        self.log = (log,) if isinstance(log, str) else tuple(log)
        self._runs: dict[tuple[str, str], Run] = {}
        self._series: list[Series] = []
        self._run: Run | None = None
        # Several threads may add, while another reads or shows the curve. `add` itself goes without the lock:
        # it appends to a deque, which needs none, and only one thread at a time takes from it.
        self._lock = threading.RLock()
        self._started = time.monotonic()
        self._ended: float | None = None
        self._next = float("inf")
        self._batch = BATCH
        self._added: deque[tuple[tuple[str, str], float, dict[str, Any]]] = deque()
        self._counted: dict[tuple[str, str], tuple[float, frozenset[str]]] = {}
        self._watches: list[Watch] = []
        self._output: Output | None = None
        self._shown: Output | None = None
        self._how = ""
        self._warnings: list[str] = []

    def add(
        self, step: SupportsFloat = COUNTED, /, *, run: str = "", seed: object = "", **metrics: SupportsFloat
    ) -> None:
        """Append one value for each metric at a step. Values are numbers or tensors of one element.

        Without a step the curve counts: a run's next step, 0 at first, begins with a metric that its last
        one has already. Several threads may add to one curve.
        Steps and values are kept as float64. A value that is NaN or infinite is kept, and marked.

        Raises:
            TypeError: if a value or the step is neither, or does not fit a float.
        """
        if step is COUNTED:
            step = self._count(run_key(run, seed), metrics)
        place = step if type(step) is float else number("step", step)
        for metric, value in metrics.items():
            if type(value) is not float:
                metrics[metric] = number(metric, value)
        self._added.append((run_key(run, seed), place, metrics))
        if len(self._added) >= self._batch or time.monotonic() >= self._next:
            self._catch_up()

    def warn(self, text: str) -> None:
        """Say a sentence below the curve, such as what goes wrong in the training.

        Example:
            >>> from cajal_kernel.views import Curve
            >>> curve = Curve("digits")
            >>> curve.warn("the network has not changed for 50 steps")
            >>> print(curve)
            digits: 0 steps
              warning: the network has not changed for 50 steps
        """
        with self._lock:
            self._warnings.append(str(text))
            if self._output:
                self._next = 0.0  # it is seen at once
        self._catch_up()

    def _count(self, key: tuple[str, str], metrics: Iterable[str]) -> float:
        """The step of a run to which metrics without one belong."""
        step, known = self._counted.get(key, (0.0, frozenset()))
        new = frozenset(metrics)
        self._counted[key] = (step + 1, new) if known & new else (step, known | new)
        return self._counted[key][0]

    def _catch_up(self) -> None:
        """File what was added, and bring the page up to date if it is time for that."""
        with self._lock:
            self._file()
            if self._output is not None:
                self._output.changed()
                now = time.monotonic()
                if now >= self._next:
                    self._output.update(self._growing)
                    cost = time.monotonic() - now
                    self._next = now + max(PERIOD, min(cost / SHARE, LONGEST))

    def _file(self) -> None:
        """Put what was added into its lines. An interrupt may cost numbers of one step, not of others.

        The lock is held: two threads would take the steps of a line in any order.
        """
        while self._added:
            key, place, metrics = self._added.popleft()
            current = self._runs.get(key)
            if current is None:
                current = self._runs[key] = Run(key)
            for metric, value in metrics.items():
                series = current.series.get(metric)
                if series is None:
                    series = current.series[metric] = Series(metric, *key)
                    self._series.append(series)
                series.points.extend((place, value))
            self._run = current
            is_further = place > current.furthest
            if is_further:
                current.furthest = place
                current.done += 1
            for watch in self._watches:
                watch.key = watch.key or key
                if is_further and watch.key == key:
                    watch.step(current.done, place)

    def watch(
        self, neuron: nn.Module, every: int = 50, *, run: str | None = None, seed: object = None
    ) -> Self:
        """Record what a neuron learns, and the matrices linked to it, at every so many steps of one run.

        That is the `run` and `seed` that are given. If neither is, it is the run that is added to first from
        now on; name it where several threads add. Call `watch` for each run that is to be recorded, before
        its first step. The live picture shows the tensors below the panels, with a slider through the
        recorded steps of all these runs. `neuron` is a neuron, or any module that has neurons in it.

        At most 200 steps of a run are kept, evenly spread. The last step is among them if the curve is
        finished before another run is added to. Of a tensor with more than 48 rows or columns an overview
        is kept. Returns the curve.

        Raises:
            TypeError: if there is no neuron in it, or nothing to watch.
            ValueError: if `every` is less than 1.

        Example:
            >>> import cajal_core as cajal
            >>> from cajal_kernel.views import Curve
            >>> neuron = cajal.load("learn flip : Bool -o Bool")["flip"].initialize("identity")
            >>> with Curve().watch(neuron, every=2) as curve:
            ...     for step in range(5):
            ...         curve.add(step, loss=0.0)
            >>> [flip] = curve.data.watched
            >>> flip.name, flip.steps.tolist(), flip.values[-1].tolist()
            ('flip', [0.0, 2.0, 4.0], [[1.0, 0.0], [0.0, 1.0]])
        """
        key = None if run is None and seed is None else run_key(run or "", seed)
        watch = Watch(neuron, int(number("every", every)), key)
        with self._lock:
            self._file()
            self._watches.append(watch)
            # The tensors are recorded as they are at their step: `add` returns after that, even where another
            # thread files the step.
            self._batch = 0
        return self

    def lightning(self, *, run: str = "", seed: object = "") -> Any:
        """A callback for Lightning's `Trainer`: `Trainer(callbacks=[curve.lightning()])`.

        The curve gets the loss of every step, what the module logs, and the learning rate if a scheduler
        changes it. It is shown when the training begins and finished when it ends, by an interrupt or an
        error, too. A curve that is live already, as inside `with`, stays so, and several runs can follow.
        `run` and `seed` are those of `add`.

        Raises:
            ImportError: if neither `lightning` nor `pytorch_lightning` is installed.
        """
        from cajal_kernel.views.training.lightning import lightning_callback

        return lightning_callback(Feed(self, run, seed))

    def trainer(self, *, run: str = "", seed: object = "") -> Any:
        """A callback for Hugging Face's `Trainer`: `Trainer(…, callbacks=[curve.trainer()])`.

        The curve gets the numbers that the trainer logs, at every `logging_steps` of its arguments. It is
        shown and finished as by `lightning`; `run` and `seed` are those of `add`.

        Raises:
            ImportError: if `transformers` is not installed.
        """
        from cajal_kernel.views.training.huggingface import trainer_callback

        return trainer_callback(Feed(self, run, seed))

    @property
    def data(self) -> Curves:
        """Everything that was added, as the pictures show it."""
        with self._lock:
            self._file()
            return self._curves([series.line() for series in self._series])

    def _curves(self, lines: Iterable[Any]) -> Curves:
        run, ended = self._run, self._ended
        return Curves(
            title=self.title,
            lines=tuple(lines),
            done=run.done if run else 0,
            total=self.total,
            seconds=(time.monotonic() if ended is None else ended) - self._started,
            left=run.left(self.total) if run and ended is None else None,
            log=self.log,
            watched=tuple(watched for watch in self._watches for watched in watch.watched),
            ended="" if ended is None else self._how,
            warnings=tuple(self._warnings),
        )

    def _growing(self) -> Live:
        """What the page is sent in the middle of a training: bounded, and made of what is new alone."""
        limit = points_each(1 << max(0, len(self._series) - 1).bit_length(), LIVE_POINTS, LIVE_ALL_POINTS)
        thinned = [series.thinned(limit) for series in self._series]
        return curves_live(self._curves(series.empty_line() for series in self._series), thinned)

    def _whole(self) -> tuple[Curves, Live]:
        """The curve as it is now, and its live picture, which asks for details while the curve is there."""
        curves, here = self.data, weakref.ref(self)
        self._next = 0.0  # what is added next, perhaps in another cell, is seen at once

        def answer(question: Spec) -> Live:
            curve = here()
            if curve is None:
                raise LookupError("the curve is gone")
            return window(curve.data, float(question["low"]), float(question["high"]))

        return curves, curves_live(curves, answer=answer)

    @property
    def is_live(self) -> bool:
        """Whether it is shown in a notebook, and not finished."""
        return self._output is not None

    def show(self, *, once: bool = False) -> None:
        """Show the curve here. It is live from now on, until `finish`; with `once`, until the cell ends."""
        with held(), self._lock:
            if self._output is None:
                self._ended = None
                leave = self.finish if once else None
                self._output = self._shown = Output.here(self._whole, self._lock, leave)

    def finish(self, how: str = "") -> None:
        """Bring the output up to date and leave it: the whole curve, and the static picture beside it.

        `how` is said beside the number of steps: "interrupted", for example.
        """
        # Who is impatient interrupts twice, and the second interrupt must not cost the picture.
        with held(), self._lock:
            if self._ended is None:
                self._ended, self._how = time.monotonic(), how
            self._file()
            for watch in self._watches:
                # A module that was watched in a run before may have been trained in this one since.
                if self._run and watch.key == self._run.key:
                    watch.record(self._run.furthest)
            if self._output:
                self._output.finish()
                self._output = None
                self._next = float("inf")
            for series in self._series:
                series.forget()

    def close(self) -> None:
        """Finish, and take the live picture out of the page: the static one stays, memory is given back."""
        with self._lock:
            self.finish()
            if self._shown:
                self._shown.close()
                self._shown = None

    def save(self, path: str | Path) -> None:
        """Write the curve to a file. The ending of its name says what is written.

        - `.csv`: a table in long form: `metric`, `run`, `seed`, `step`, `value`; a row for each value.
        - `.json`: the title, and each line with its steps and values; "nan", "inf", "-inf" are texts.
        - `.png`, `.svg`: the image, transparent. It is the same file for the same numbers.
        - `.html`: the live picture as a page of its own, which needs neither a kernel nor a network.

        Raises:
            ValueError: if the ending is none of these.
            CajalError: if a file of text cannot be written.
            OSError: if an image cannot be written.

        Example:
            >>> import tempfile
            >>> from pathlib import Path
            >>> from cajal_kernel.views import Curve
            >>> curve = Curve("digits")
            >>> curve.add(0, loss=0.5)
            >>> with tempfile.TemporaryDirectory() as folder:
            ...     curve.save(f"{folder}/run.csv")
            ...     print(Path(f"{folder}/run.csv").read_text())
            metric,run,seed,step,value
            loss,,,0.0,0.5
            <BLANKLINE>
            >>> curve.save("run.cvs")
            Traceback (most recent call last):
                ...
            ValueError: run.cvs: a curve is saved as .csv, .html, .json, .png or .svg; did you mean run.csv?
        """
        save(self.data, Path(path).expanduser())

    def to_pandas(self) -> Any:
        """The table that `save` writes as `.csv`, as a `pandas.DataFrame`; steps and values are float64.

        Raises:
            ImportError: if pandas is not installed.
        """
        return to_pandas(self.data)

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "_lock"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state, _lock=threading.RLock())  # a lock can be neither pickled nor copied

    def __enter__(self) -> Self:
        self._started = time.monotonic()
        self.show()
        return self

    def __exit__(self, *_: object) -> None:
        self.finish()

    def __str__(self) -> str:
        return curves_text(self.data)

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        with held():
            return curves_bundle(self.data, "cajal-static")
