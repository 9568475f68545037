"""The controls of an experiment, from the model with the program alone.

This is more than 300 lines, because its public names have their examples.
"""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal, cast

import torch
from torch import nn

from cajal_core.base import tys
from cajal_core.diagnostics.errors import CajalError
from cajal_core.diagnostics.links import NotLinked
from cajal_core.diagnostics.use.controls import (
    NoControl,
    NotAModel,
    NotTrainingData,
    UnknownControl,
    UnknownResult,
)
from cajal_core.neuron.module import Neuron
from cajal_core.neuron.networks import Linked
from cajal_core.training.controls.baselines import Constant, Mlp, Returned, count, hidden_sizes
from cajal_core.training.controls.data import Data, most_frequent, read_data
from cajal_core.training.controls.fresh import (
    Factory,
    Model,
    checked_factories,
    fed,
    fresh,
    neuron_of,
    parts,
    trained,
)
from cajal_core.training.controls.fronts import ImpossibleError
from cajal_core.training.controls.replaced import Replaced, church_of, table_of


@dataclass(frozen=True, slots=True)
class Control:
    r"""One model to compare with, or the reason why the program has none of its kind.

    `trains` has how many numbers each part of it trains, by the names of links and learned tensors; a network
    that is shared is counted once, under all of its names. `parameters` is their sum. Of a control that
    cannot be built `parameters` is None, and `reason` says why.

    Example:
        >>> import cajal_core as cajal
        >>> program = cajal.load("def not (x : Bool) : Bool = if x then false else true")
        >>> control = cajal.controls(program["not"])["T"]
        >>> control.parameters, control.reason
        (4, None)
    """

    name: str
    #: What it is, in a few words.
    what: str
    trains: Mapping[str, int] = field(default_factory=dict[str, int])
    reason: str | None = None
    _build: Callable[[], nn.Module] | None = field(default=None, repr=False, compare=False)

    @property
    def parameters(self) -> int | None:
        """How many numbers it trains."""
        return None if self.reason else sum(self.trains.values())

    def build(self) -> nn.Module:
        """A new model, whose networks and learned tensors have learned nothing, by torch's random numbers.

        It is called as the model with the program is, with the same inputs.

        Raises:
            CajalError: if there is none, as `reason` says.

        Example:
            >>> import cajal_core as cajal
            >>> import torch
            >>> neuron = cajal.load("def not (x : Bool) : Bool = if x then false else true")["not"]
            >>> cajal.controls(neuron)["T"].build()(torch.rand(5, 2)).shape
            torch.Size([5, 2])
        """
        if self._build is None:
            raise CajalError(NoControl(self.name, str(self.reason)))
        return self._build()


@dataclass(frozen=True, slots=True)
class Controls:
    """The controls of a model, by their names; `str()` is their table.

    Example:
        >>> import cajal_core as cajal
        >>> program = cajal.load("def not (x : Bool) : Bool = if x then false else true")
        >>> controls = cajal.controls(program["not"])
        >>> [control.name for control in controls]
        ['D', 'T', 'C', 'I', 'return x', 'most frequent']
    """

    controls: tuple[Control, ...]

    def __getitem__(self, name: str) -> Control:
        """Raises:
        CajalError: if there is none of that name.
        """
        for control in self.controls:
            if control.name == name:
                return control
        raise CajalError(UnknownControl(name, tuple([control.name for control in self.controls])))

    @property
    def trivial(self) -> Control:
        """The first that learns nothing: an input as it is, or else the most frequent result.

        Example:
            >>> import cajal_core as cajal
            >>> program = cajal.load("def not (x : Bool) : Bool = if x then false else true")
            >>> cajal.controls(program["not"]).trivial.name
            'return x'
        """
        baselines = self.controls[4:]  # behind D, T, C and I
        return next((control for control in baselines if control.reason is None), baselines[0])

    def __iter__(self) -> Iterator[Control]:
        return iter(self.controls)

    def __len__(self) -> int:
        return len(self.controls)

    def __str__(self) -> str:
        rows = [("control", "parameters", "")]
        for control in self.controls:
            trains = " + ".join([f"{name} {number:,}" for name, number in control.trains.items()])
            said = control.what if not trains else f"{control.what}: {trains}"
            number = "–" if control.parameters is None else f"{control.parameters:,}"
            rows.append((control.name, number, f"none, since {control.reason}" if control.reason else said))
        first, second = (max(len(row[place]) for row in rows) for place in range(2))
        return "\n".join([f"{a:{first}}  {b:>{second}}  {c}".rstrip() for a, b, c in rows])


def controls(
    model: Neuron | Linked,
    networks: Mapping[str, Factory] | None = None,
    *,
    data: Any = None,
    encode: Literal["raw", "softmax"] = "raw",
) -> Controls:
    r"""The models that a model with a program is compared with, made from it alone.

    - **D** is the model itself, anew.
    - **T** has a learned tensor in the program's place, of the type that it has there: from what the externs
      in front return, and the arguments that none is in front of, to the result. An extern is in front where
      its call reads arguments that nothing else reads; one in the step of an `iter` is a part of the program,
      and goes. What the networks of a `Linked` feed stays.
    - **C** is the program with Church's booleans, where it has conditions on Bools that an extern, a network
      or an argument says itself: `if x then a else b` becomes `x a b`, with x : Bool -o Bool -o Bool, and
      a Bool that is no condition is `x true false`. So a network in front of a Bool has 8 outputs in place of
      2, and an argument without one takes `(..., 4, 2)`.
    - **I** is an MLP on all inputs, flattened and concatenated, which trains as many numbers as D, to within
      5%: of one hidden layer, or of two where one is too coarse.
    - **return NAME** returns an input of the result's type, and **most frequent** the result that is most
      frequent in `data`.

    Networks start anew as their layers reset themselves (`reset_parameters`); what is frozen stays. Where
    that is not how they were made, or they have parameters of their own, `networks` has a factory for the
    extern or the argument: a function from the number of outputs to a network, which is called with 2 for a
    Bool, and with 8 for C. Networks shared under several names are made once, by the first factory.

    Args:
        model: A neuron, linked, or a `Linked`.
        networks: How networks are made.
        data: `(*inputs, target)`, tensors, or a Dataset of such items, as `fit` takes them. I needs it for a
            `Linked`, whose inputs have no types, and "most frequent" for its targets: indices or weights.
        encode: How I returns data: "raw" numbers for cross-entropy, or "softmax" weights for `cajal.nll`.

    Raises:
        CajalError: if it is no such model, an extern is not linked, a factory is for no network, something
            that is trained can neither reset itself nor has a factory, or `data` has no inputs and targets.

    Example:
        >>> import cajal_core as cajal
        >>> import torch
        >>> eq = r"\x:Bool. \y:Bool. if x then y else (if y then false else true)"
        >>> left, right = (torch.nn.Sequential(torch.nn.Linear(784, 400, bias=False), torch.nn.ReLU(),
        ...     torch.nn.Linear(400, 2, bias=False)) for _ in range(2))
        >>> data = (torch.rand(3, 784), torch.rand(3, 784), torch.tensor([0, 1, 1]))
        >>> print(cajal.controls(cajal.Linked(cajal.Program().compile(eq), x=left, y=right), data=data))
        control          parameters
        D                   628,800  the program: x 314,400 + y 314,400
        T                   628,808  a learned tensor: x 314,400 + y 314,400 + T 8
        C                   633,600  Church's booleans: x 316,800 + y 316,800
        I                   628,402  an MLP: 1568-400-2 628,402
        return an input           –  none, since no input has the type of the result, Bool
        most frequent             0  `false` always
    """
    if not isinstance(cast("object", model), Neuron | Linked):
        raise CajalError(NotAModel(type(model).__name__))
    if encode not in ("raw", "softmax"):
        raise CajalError(UnknownResult(encode))
    factories, read = checked_factories(networks), read_data(data)
    arguments = neuron_of(model).arguments
    if read and len(read.shapes) != len(arguments):
        takes = f"{len(arguments)} input{'' if len(arguments) == 1 else 's'}, and got {len(read.shapes)}"
        raise CajalError(NotTrainingData(f"the model takes {takes}"))
    with torch.random.fork_rng(devices=[]):
        made = fresh(model, factories)
        for name, missing in neuron_of(made).unlinked.items():
            raise CajalError(NotLinked(name, str(missing)))
        trains, build = trained(made, parts(made)), partial(fresh, model, factories)
        direct = Control("D", "the program", trains, None, build)
        replaced = [
            _replaced("T", "a learned tensor", table_of, model, factories),
            _replaced("C", "Church's booleans", church_of, model, factories),
        ]
    indirect = _indirect(model, sum(trains.values()), read, encode)
    return Controls((direct, *replaced, indirect, *_returned(model, read), _frequent(model, read)))


def _replaced(
    name: str,
    what: str,
    make: Callable[[Model, Mapping[str, Factory]], Replaced],
    model: Model,
    factories: Mapping[str, Factory],
) -> Control:
    """T or C, or why there is none."""
    try:
        replaced = make(model, factories)
    except ImpossibleError as reason:
        return Control(name, what, reason=str(reason))
    return Control(name, what, replaced.trains, None, replaced.build)


def _indirect(model: Model, parameters: int, data: Data | None, encode: str) -> Control:
    neuron, name, what = neuron_of(model), "I", "an MLP"
    result = tys.uncurry(neuron.type)[1]
    types = [argument.type for argument in neuron.arguments]
    if isinstance(model, Linked) and data is None:
        return Control(name, what, reason="the inputs of a `Linked` have no types: give `data`")
    for type in (*([] if data else types), result):
        if isinstance(type, tys.List | tys.Arrow):
            return Control(name, what, reason=f"an MLP has vectors, and no {type}")
    shapes = data.shapes if data else [tys.shape(type) for type in types]
    inputs, outputs = sum(map(math.prod, shapes)), tys.dim(result)
    if not inputs or not parameters:
        reason = "the model trains nothing" if inputs else "the program has no inputs"
        return Control(name, what, reason=reason)
    sizes = hidden_sizes(inputs, outputs, parameters)
    if sizes is None:
        reason = f"no MLP from {inputs} inputs to {outputs} outputs has about {parameters:,} parameters"
        return Control(name, what, reason=reason)
    is_weights = encode == "softmax" and tys.is_data(result)

    def build() -> nn.Module:
        like = neuron._like  # pyright: ignore[reportPrivateUsage]
        return Mlp(shapes, sizes, tys.shape(result), softmax=is_weights).to(like.device, like.dtype)

    widths = "-".join(map(str, (inputs, *sizes, outputs)))
    return Control(name, what, {widths: count(inputs, sizes, outputs)}, None, build)


def _returned(model: Model, data: Data | None) -> list[Control]:
    neuron = neuron_of(model)
    result = tys.uncurry(neuron.type)[1]
    made = list[Control]()
    for place, argument in enumerate(neuron.arguments):
        if argument.name in fed(model):
            shapes = data.shapes if data else ()
            fits = len(shapes) > place and shapes[place] == tys.shape(result)
        else:
            fits = argument.type == result
        if fits:
            name = f"return {argument.name}"
            made.append(Control(name, "the input itself", _build=partial(Returned, place)))
    reason = f"no input has the type of the result, {result}"
    return made or [Control("return an input", "the input itself", reason=reason)]


def _frequent(model: Model, data: Data | None) -> Control:
    neuron, name, what = neuron_of(model), "most frequent", "the most frequent result"
    result = tys.uncurry(neuron.type)[1]
    if not tys.is_data(result) or isinstance(result, tys.List):
        return Control(name, what, reason=f"results of {result} are not counted")
    if data is None:
        return Control(name, what, reason="it needs the results of `data`")
    index = most_frequent(data, tys.dim(result), len(tys.shape(result)))
    if index is None:
        return Control(name, what, reason=f"the targets of `data` are no indices or weights of {result}")
    like = neuron._like  # pyright: ignore[reportPrivateUsage]
    value = torch.zeros(tys.dim(result), dtype=like.dtype, device=like.device)
    value[index] = 1
    label = [*tys.labels(result)][index]
    return Control(
        name,
        f"`{label}` always",
        _build=partial(_constant, value.view(tys.shape(result)), len(data.shapes[0])),
    )


def _constant(value: torch.Tensor, rank: int) -> Constant:
    return Constant(value.clone(), rank)
