"""`Experiment`: a task, the models that are compared on it, and what is measured. A file has one.

This is more than 300 lines, because its public names have their examples.

A small experiment, whole:

    from cajal_experiments import Context, Experiment, Recipe, Settings, Task, Threshold, accuracy

    def task(context: Context) -> Task:
        return context.groups(2, lambda images, digits: (*images, answer(context.variant, digits)))

    def direct(context: Context) -> Recipe:
        net = cajal.encode(Net(context.images.side), "softmax")
        return Recipe(cajal.Linked(PROGRAM.compile(context.variant.lower()), x=net, y=net))

    experiment = Experiment(
        name="L2",
        title="Do two digits have the same parity?",
        variants=("EQ", "XOR"),
        task=task,
        models={"D": direct, **controls(direct, "T", "I", "trivial")},
        measures={"accuracy": accuracy},
        full=Settings(train=5000, test=5000, epochs=5, every=26),
        small=Settings(train=1000, test=1000, epochs=2),
        target=Threshold("accuracy", ">=", 0.8),
        stuck=Threshold("accuracy", "<", 0.6),
    )
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from numbers import Integral, Real
from typing import Any, Literal, cast

from torch import Tensor, nn

import cajal_core as cajal
from cajal_experiments.data import Images, load
from cajal_experiments.data.images import Split
from cajal_experiments.errors import ExperimentError, described, unknown

Size = Literal["small", "full"]

COMPARISONS = {">=": operator.ge, ">": operator.gt, "<=": operator.le, "<": operator.lt}


@dataclass(frozen=True)
class Task:
    """What is trained on and measured on: each is inputs, then the target, with samples along dimension 0.

    `images` is the data set that they are drawn from, for a measure that has to know the digits.

    Example:
        >>> import torch
        >>> task = Task((torch.rand(20, 2), torch.arange(20)), (torch.rand(5, 2), torch.arange(5)))
        >>> [len(target) for *_, target in (task.train, task.test)]
        [20, 5]
    """

    train: tuple[Tensor, ...]
    test: tuple[Tensor, ...]
    images: Images | None = None


@dataclass(frozen=True)
class Recipe:
    """A model that is not trained yet, its loss, and what else `cajal.fit` gets for it.

    `options` are keywords of `fit`: `optimizer`, `rate`, `clip`, `scheduler`, `forward`, `probe_losses`, …
    They go before the experiment's settings, and the command's own options before them. A model without
    parameters is measured and not trained.

    Example:
        >>> recipe = Recipe(nn.Linear(2, 3), nn.functional.cross_entropy, {"clip": 1.0})
        >>> Recipe(nn.Linear(2, 3)).loss.__name__
        'nll'
    """

    model: nn.Module
    loss: Callable[..., Tensor] = field(default_factory=lambda: cajal.nll)
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Settings:
    """How much is trained: one of `epochs` and `steps`; and on how many samples.

    `train` and `test` are the numbers of samples that `Context.draw` draws: all where it is None. `every` is
    the number of steps between two measurements of the test samples, None for once an epoch. `rate` is the
    learning rate, which with `cosine` falls to 0 along a cosine. `clip` is the greatest norm of the gradient.

    Raises:
        ExperimentError: if neither or both of `epochs` and `steps` are given, or a number is not above 0.

    Example:
        >>> Settings(train=1000, epochs=5, batch=64).amount(1000)
        (80, 16)
        >>> Settings(epochs=5).changed({"steps": 100}).amount(1000)
        (100, 16)
    """

    train: int | None = None
    test: int | None = None
    epochs: int | None = None
    steps: int | None = None
    batch: int = 64
    rate: float = 1e-3
    every: int | None = None
    clip: float | None = None
    cosine: bool = False

    def __post_init__(self) -> None:
        if (self.epochs is None) == (self.steps is None):
            given = "neither is" if self.steps is None else "both are"
            raise ExperimentError(f"Settings take one of `epochs` and `steps`, and {given} given.")
        for name, value in asdict(self).items():
            # None has a meaning of its own, but for these two.
            if name != "cosine" and (value is not None or name in ("batch", "rate")):
                _check_number(name, value, whole=name not in ("rate", "clip"))

    def changed(self, changes: Mapping[str, Any]) -> Settings:
        """With other values; a number of steps goes before one of epochs, and the other way round."""
        other = {"steps": "epochs", "epochs": "steps"}
        replaced = {other[name]: None for name in changes if name in other}
        return replace(self, **{**replaced, **changes})

    def amount(self, samples: int) -> tuple[int, int]:
        """How many steps so many training samples give, and after how many each measurement is."""
        epoch = -(-samples // self.batch)
        if self.steps is not None:
            return self.steps, self.every or epoch
        assert self.epochs is not None
        return self.epochs * epoch, self.every or epoch


def _check_number(name: str, value: object, *, whole: bool) -> None:
    """Refuses a setting that is no number above 0. Those of NumPy are numbers, True and infinity are none."""
    kind = Integral if whole else Real
    if isinstance(value, bool) or not isinstance(value, kind) or not 0 < float(value) < math.inf:
        wanted = "a whole number" if whole else "a number"
        raise ExperimentError(f"The setting `{name}` is {value!r}: give it {wanted} above 0.")


@dataclass(frozen=True)
class Threshold:
    """A value of a measure to compare with.

    Raises:
        ExperimentError: if there is no such comparison, or the value is no number.

    Example:
        >>> high = Threshold("accuracy", ">=", 0.8)
        >>> print(high, high.holds(0.85), high.holds(0.75))
        accuracy ≥ 0.8 True False
    """

    measure: str
    comparison: Literal[">=", ">", "<=", "<"]
    value: float

    def __post_init__(self) -> None:
        if self.comparison not in list(COMPARISONS):
            raise ExperimentError(unknown("comparison", str(self.comparison), COMPARISONS))
        if not isinstance(cast("object", self.value), Real) or math.isnan(self.value):
            raise ExperimentError(f"A threshold is a number, and that of `{self.measure}` is {self.value!r}.")

    def holds(self, value: float) -> bool:
        """Whether a value of the measure is so."""
        return COMPARISONS[self.comparison](value, self.value)

    def __str__(self) -> str:
        sign = {">=": "≥", "<=": "≤"}.get(self.comparison, self.comparison)
        return f"{self.measure} {sign} {self.value:g}"


@dataclass(frozen=True)
class Context:
    """What a task and a model are made for: one variant, one seed, and the settings of its size.

    An experiment makes one: `Experiment.context`.

    Example:
        >>> from cajal_experiments.registry import find
        >>> context = find("L2").context("XOR", seed=3)
        >>> (first, second), digits = context.draw("test", of=2)
        >>> first.shape, digits.shape
        (torch.Size([350, 8, 8]), torch.Size([350, 2]))
    """

    experiment: Experiment
    variant: str
    seed: int
    size: Size
    settings: Settings
    data: str = "digits"

    @property
    def images(self) -> Images:
        """The data set of `--data`.

        Raises:
            ExperimentError: if the experiment has none, or it cannot be read.
        """
        if self.experiment.data is None:
            raise ExperimentError(f"`{self.experiment.name}` has no data set: its `data` is None.")
        return self.experiment.data(self.data)

    @cached_property
    def task(self) -> Task:
        """The task, for a model that asks for shapes or for the most frequent target.

        Raises:
            ExperimentError: if the function `task` of the experiment returns something else.
        """
        task = self.experiment.task(self)
        if not isinstance(task, Task):
            kind = type(task).__name__
            raise ExperimentError(f"`task` returns a {kind} and no Task: return `Task(train, test)`.")
        return task

    def draw(self, split: Split, of: int = 1) -> tuple[tuple[Tensor, ...], Tensor]:
        """Groups of `of` images of one split, as many as the settings say: see `Images.draw`."""
        count = self.settings.train if split == "train" else self.settings.test
        return self.images.draw(split, count, of, seed=self.seed)

    def groups(self, of: int, sample: Callable[[tuple[Tensor, ...], Tensor], tuple[Tensor, ...]]) -> Task:
        """The task on groups of `of` images: `sample` makes inputs and target of what `draw` gives."""
        return Task(sample(*self.draw("train", of)), sample(*self.draw("test", of)), self.images)


@dataclass(frozen=True)
class Experiment:
    r"""A task, the models that are compared on it, and what is measured.

    `task` and `models` are functions of a `Context`. Where a model is made, torch's random numbers are seeded
    from the seed. A measure is a function of the trained model and the task. `target` asks for the first step
    that reaches it, `stuck` for the runs that end so. `data` makes the data set from what `--data` says,
    "digits" if nothing. It is None where the task makes its data itself. `variants` are names; a mapping has
    the settings that each variant changes.

    Raises:
        ExperimentError: if `target` or `stuck` is of no measure of the experiment, it has no models or no
            measures, or what should be a function is none.

    Example:
        >>> from cajal_experiments import accuracy
        >>> program = cajal.load(
        ...     "space Image[8, 8]\nextern even : Image -o Bool\n"
        ...     "def odd (x : Image) : Bool = if even x then false else true"
        ... )
        >>> def task(context):
        ...     # The Bool `true` has index 0.
        ...     return context.groups(1, lambda images, digits: (*images, 1 - digits[:, 0] % 2))
        >>> def direct(context):
        ...     network = nn.Sequential(nn.Flatten(), nn.Linear(64, 2))
        ...     return Recipe(program.compile("odd", link={"even": cajal.encode(network, "softmax")}))
        >>> few = Settings(train=100, test=50, epochs=1)
        >>> odd = Experiment("odd", "Is it odd?", task, {"D": direct}, {"accuracy": accuracy}, few, few)
        >>> [tuple(part.shape) for part in odd.context(seed=3).task.train]
        [(100, 8, 8), (100,)]
    """

    name: str
    title: str
    task: Callable[[Context], Task]
    models: Mapping[str, Callable[[Context], Recipe]]
    measures: Mapping[str, Callable[[nn.Module, Task], float]]
    full: Settings
    small: Settings
    variants: Collection[str] | Mapping[str, Mapping[str, Any]] = ("",)
    target: Threshold | None = None
    stuck: Threshold | None = None
    data: Callable[[str], Images] | None = load

    def __post_init__(self) -> None:
        functions = [("task", self.task, "context")]
        functions += [(f"models[{name!r}]", model, "context") for name, model in self.models.items()]
        functions += [
            (f"measures[{name!r}]", measure, "model, task") for name, measure in self.measures.items()
        ]
        for what, function, given in functions:
            if not callable(cast("object", function)) or isinstance(function, nn.Module):
                kind = type(function).__name__
                raise ExperimentError(f"`{what}` is a {kind} and no function: write `lambda {given}: …`.")
        for what in ("models", "measures"):
            if not getattr(self, what):
                raise ExperimentError(f"`{self.name}` has no {what}.")
        for threshold in (self.target, self.stuck):
            if threshold is not None and threshold.measure not in self.measures:
                raise ExperimentError(
                    f"`{self.name}` asks for `{threshold}`, and its measures are {', '.join(self.measures)}."
                )

    def identity(self, data: str) -> tuple[str, str]:
        """The name and the checksum of the data set; both are empty where the task makes its data itself."""
        if self.data is None:
            return "", ""
        try:
            images = self.data(data)
        except ExperimentError:
            raise
        except Exception as error:
            raise ExperimentError(f"`--data {data}` cannot be read. {described(error)}") from error
        return images.name, images.checksum

    def settings(self, size: Size, variant: str) -> Settings:
        """The settings of a size for a variant."""
        usual = self.full if size == "full" else self.small
        return usual.changed(self.variants[variant]) if isinstance(self.variants, Mapping) else usual

    def context(
        self, variant: str = "", seed: int = 0, size: Size = "small", data: str = "digits"
    ) -> Context:
        """What the task and a model are made for, with the settings of a size."""
        return Context(self, variant, seed, size, self.settings(size, variant), data)

    def description(self) -> dict[str, Any]:
        """What a reader of its results has to know, as JSON has it."""
        return {
            "experiment": self.name,
            "title": self.title,
            "variants": list(self.variants),
            "models": list(self.models),
            "measures": list(self.measures),
            "target": None if self.target is None else asdict(self.target),
            "stuck": None if self.stuck is None else asdict(self.stuck),
        }
