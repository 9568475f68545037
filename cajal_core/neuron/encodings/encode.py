"""An encoded network: what it returns, made a distribution or something else that a program can take.

This is more than 300 lines, because its public names have their examples.
"""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, cast

import torch
from torch import Tensor, nn

from cajal_core.backend.finite import is_recorded, is_transformed
from cajal_core.backend.trial import check_callable
from cajal_core.backend.values.sequence import Sequence
from cajal_core.backend.values.tensors import as_tensor
from cajal_core.diagnostics.errors import CajalError, calls_link
from cajal_core.diagnostics.learning.encodings import (
    EncodedTwice,
    NoDimension,
    NoSuchEncoding,
    NothingToEncode,
    OnlyOfSoftmax,
    UnusedEntropy,
)
from cajal_core.neuron.encodings.functions import ENCODINGS, Encoding, encoded, mean_entropy
from cajal_core.neuron.encodings.settings import Schedule, dimensions, number
from cajal_core.neuron.stored import Callables

#: So many calls whose entropy no loss has taken are a loss that was forgotten: each keeps its graph alive.
UNUSED_LIMIT = 1000


def encode(
    network: Callable[..., Any],
    how: Encoding = "softmax",
    *,
    temperature: Schedule = 1.0,
    entropy: Schedule = 0.0,
    dim: int | tuple[int, ...] = -1,
) -> Encoded:
    r"""A network whose outputs are encoded: to be linked to an extern, or to feed an argument of `Linked`.

    A vector is what stands along `dim`: the last dimension, which is right for a `Bool`, a `Nat[k]`, a data
    type, each row of an `A ^ k`, and each element of a list. A pair `A * B` takes `dim=(-2, -1)`, one
    distribution over all pairs. The matrix of a function `A -o B` takes `dim=-2`, one distribution for each
    column. An image of a `space` is no distribution: leave it raw, or make it one over its pixels with all
    its dimensions. The parts of an `A & B` are encoded one by one, before they are joined.

    Of a vector x, with the temperature t, the encodings make

    - "softmax": `exp(x / t)`, divided by the sum. It is a distribution.
    - "simplex": `max(x, 0)`, divided by the sum; where that is 0 uniform, without a gradient. It is a
      distribution.
    - "sigmoid": `1 / (1 + exp(-x / t))` of each entry by itself. It is no distribution: a `Bool` may become
      (0.9, 0.9). For a probability and its complement take "softmax" of two numbers.
    - "norm": x, divided by its Euclidean length; 0 stays 0. It is no distribution.
    - "raw": x. It is no distribution.

    No encoding is safe: "raw" is robust and unreadable, "softmax" is readable, and may be sure too early.
    A high temperature t at the start, or an entropy bonus, keeps it soft.

    Args:
        network: A module, or a function on tensors without parameters. It returns a tensor or a `Sequence`,
            of which the elements are encoded and the lengths stay as they are.
        how: The encoding.
        temperature: t above, a positive number, or a schedule: a function of the step such as `Ramp`.
        entropy: The weight of an entropy bonus for "softmax", a number or a schedule; see `Encoded.penalty`.
        dim: The dimension of a vector, or several, counted from the end.

    Raises:
        CajalError: if the network is a class, cannot be called, hides the parameters of a module (as a
            bound method or a lambda does), or ends with a softmax that `how` would repeat; or if a setting
            does not exist, has another kind, or means nothing for the encoding.

    Example:
        >>> import cajal_core as cajal
        >>> import torch
        >>> program = cajal.load("space Image[4, 5]\nextern odd : Image -o Bool")
        >>> network = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(20, 2))
        >>> odd = cajal.encode(network, "softmax", temperature=4.0)
        >>> neuron = program["odd"].link(odd=odd)
        >>> cajal.nll(neuron(torch.rand(7, 4, 5)), torch.ones(7, dtype=torch.long)).backward()
    """
    return Encoded(network, how, temperature=temperature, entropy=entropy, dim=dim)


class Encoded(nn.Module):
    """What `encode` makes: a module around a network, which is its submodule `network`.

    The buffer `step` counts the steps of a training, for schedules. It is saved in the `state_dict`, so that
    a training that is resumed goes on where it was. `cajal.fit` calls `advance` after each step of the
    optimizer, and adds `penalty` to the loss. In a loop of one's own:

    Example:
        >>> import cajal_core as cajal
        >>> import torch
        >>> soft = cajal.Ramp(4.0, 1.0, steps=150)
        >>> odd = cajal.encode(torch.nn.Linear(20, 2), temperature=soft, entropy=0.1)
        >>> optimizer = torch.optim.Adam(odd.parameters())
        >>> for step in range(3):
        ...     loss = cajal.nll(odd(torch.rand(8, 20)), torch.ones(8, dtype=torch.long)) + odd.penalty()
        ...     optimizer.zero_grad()
        ...     loss.backward()
        ...     optimizer.step()
        ...     odd.advance()
        >>> int(odd.step), odd
        (3, Encoded(
          softmax, temperature=Ramp(start=4.0, end=1.0, steps=150, after=0), entropy=0.1
          (network): Linear(in_features=20, out_features=2, bias=True)
        ))
    """

    #: Read where links are called (`keeps_arguments`): the values that it is given are not changed here.
    KEEPS_ARGUMENTS: ClassVar[bool] = True

    network: nn.Module
    step: Tensor
    #: The temperature, only where it is a schedule: a tensor, so that compiled code is not compiled again.
    _scheduled: Tensor

    def __init__(
        self,
        network: Callable[..., Any],
        how: Encoding,
        *,
        temperature: Schedule,
        entropy: Schedule,
        dim: int | tuple[int, ...],
    ) -> None:
        super().__init__()
        if how not in ENCODINGS:
            raise CajalError(NoSuchEncoding(how))
        if not callable(cast("object", network)):
            raise CajalError(NothingToEncode(network.__class__.__name__))
        check_callable("what is encoded", network)
        if how == "softmax":
            check_encoded_once(network)
        self.how: Encoding = how
        self.dims = dimensions(dim)
        self.network = network if isinstance(network, nn.Module) else Function(network)
        schedules = {"temperature": temperature, "entropy": entropy}
        self._schedules = Callables({name: given for name, given in schedules.items() if callable(given)})
        self._temperature = 1.0 if callable(temperature) else number("temperature", temperature)
        self._entropy = 0.0 if callable(entropy) else number("entropy", entropy)
        if how not in ("softmax", "sigmoid") and (self._temperature != 1 or callable(temperature)):
            raise CajalError(OnlyOfSoftmax("temperature", how))
        if how != "softmax" and self._has_entropy():
            raise CajalError(OnlyOfSoftmax("entropy", how))
        self._entropies: list[Tensor] = []
        self.register_buffer("step", torch.tensor(0))
        if "temperature" in self._schedules:
            self.register_buffer("_scheduled", torch.tensor(1.0), persistent=False)
        self._set()

    def forward(self, *inputs: Any, **named: Any) -> Any:
        """What the network returns for its inputs, encoded, of the same shape."""
        returned = self._returned(inputs, named)
        if isinstance(returned, Sequence):
            elements = self._softened(returned.elements)
            if self._records():
                # An element counts as much as the lists that are longer than its place.
                reached = returned.weights()[..., 1:].flip(-1).cumsum(-1).flip(-1).detach()
                self._keep(mean_entropy(elements, self.dims, reached))
            made = encoded(self.how, elements, self.dims)
            return Sequence.made(made, returned.lengths, returned.most, is_full=returned.is_full)
        values = self._softened(as_tensor("what is encoded", returned))
        if self._records():
            self._keep(mean_entropy(values, self.dims))
        return encoded(self.how, values, self.dims)

    @calls_link
    def _returned(self, inputs: tuple[Any, ...], named: dict[str, Any]) -> Any:
        return self.network(*inputs, **named)

    def penalty(self) -> Tensor:
        """What the entropy bonus adds to a loss, a scalar: `-entropy * H`.

        H is the mean entropy in nats of the outputs of all calls since the last `penalty` or `advance`, in
        train mode and with gradients; the calls count alike. It is 0 without such a call.

        Example:
            >>> import cajal_core as cajal
            >>> import torch
            >>> encoded = cajal.encode(torch.nn.Identity(), entropy=0.1)
            >>> even = encoded(torch.zeros(8, 2))
            >>> encoded.penalty(), encoded.penalty()
            (tensor(-0.0693), tensor(0.))
        """
        entropies, self._entropies = self._entropies, []
        if not entropies:
            return torch.zeros((), device=self.step.device)
        return -self._entropy * torch.stack(entropies).mean()

    def advance(self) -> None:
        """One step of the training is done: counts it, and sets what schedules say for the next.

        Raises:
            CajalError: if a schedule returns no number, or a temperature that is not positive.
        """
        self.step += 1
        self._entropies = []
        self._set()

    def around(self, network: nn.Module, dim: int) -> Encoded:
        """Another network, encoded as this one is, but along another dimension.

        Example:
            >>> import cajal_core as cajal
            >>> import torch
            >>> soft = cajal.encode(torch.nn.Linear(2, 2), temperature=4.0)
            >>> soft.around(torch.nn.Identity(), dim=-2)
            Encoded(
              softmax, temperature=4.0, dim=(-2,)
              (network): Identity()
            )
        """
        return Encoded(
            network,
            self.how,
            temperature=self._schedules.get("temperature", self._temperature),
            entropy=self._schedules.get("entropy", self._entropy),
            dim=dim,
        )

    def as_call(self, network: str = "…") -> str:
        """The call that encodes a network as this one, at the temperature of its step.

        Example:
            >>> import cajal_core as cajal
            >>> import torch
            >>> soft = cajal.Ramp(4, 1, steps=10)
            >>> cajal.encode(torch.nn.Linear(2, 2), "sigmoid", temperature=soft).as_call()
            'cajal.encode(…, "sigmoid", temperature=4)'
        """
        temperature = self._scheduled if "temperature" in self._schedules else self._temperature
        settings = [network, f'"{self.how}"']
        settings += [f"temperature={float(temperature):g}"] if temperature != 1 else []
        settings += [f"dim={self.dims}"] if self.dims != (-1,) else []
        return f"cajal.encode({', '.join(settings)})"

    def extra_repr(self) -> str:
        """The encoding and its settings, which `print` shows."""
        temperature = self._schedules.get("temperature", self._temperature)
        entropy = self._schedules.get("entropy", self._entropy)
        settings = [self.how]
        settings += [f"temperature={temperature}"] if temperature != 1 else []
        settings += [f"entropy={entropy}"] if entropy != 0 else []
        settings += [f"dim={self.dims}"] if self.dims != (-1,) else []
        return ", ".join(settings)

    def _softened(self, values: Tensor) -> Tensor:
        """Floating numbers, divided by the temperature.

        Raises:
            CajalError: if they have no dimension for a vector.
        """
        if values.ndim < -min(self.dims):
            raise CajalError(NoDimension(tuple(values.shape), self.dims))
        if not values.is_floating_point():
            values = values.to(torch.get_default_dtype())
        if "temperature" in self._schedules:
            return values / self._scheduled
        return values if self._temperature == 1 else values / self._temperature

    def _has_entropy(self) -> bool:
        return self._entropy != 0 or "entropy" in self._schedules

    def _records(self) -> bool:
        """Whether the entropy of a call is kept: not where the call leaves no trace in a module."""
        if not (self._has_entropy() and self.training and torch.is_grad_enabled()):
            return False
        if torch.compiler.is_dynamo_compiling():
            return not torch.compiler.is_exporting()
        return not (is_recorded() or is_transformed())

    def _keep(self, entropy: Tensor) -> None:
        if len(self._entropies) >= UNUSED_LIMIT:
            raise CajalError(UnusedEntropy(UNUSED_LIMIT))
        self._entropies.append(entropy)

    def _set(self) -> None:
        """Sets what schedules say for the step."""
        if not self._schedules or self.step.is_meta:
            return
        step = int(self.step)
        if "temperature" in self._schedules:
            self._scheduled.fill_(number("temperature", self._schedules["temperature"](step), step))
        if "entropy" in self._schedules:
            self._entropy = number("entropy", self._schedules["entropy"](step), step)

    def _load_from_state_dict(  # pyright: ignore[reportIncompatibleMethodOverride]  # torch gives it in order
        self, *args: Any
    ) -> None:
        super()._load_from_state_dict(*args)
        self._set()

    def __getstate__(self) -> dict[str, Any]:
        """What is copied and pickled: all but the entropies of the last calls, which have gradients."""
        return {**self.__dict__, "_entropies": []}


class Function(nn.Module):
    """A function without parameters as a module, with the name of the function when it is printed."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__()
        self._callables = Callables(network=function)

    @calls_link
    def forward(self, *inputs: Any, **named: Any) -> Any:
        """What the function returns."""
        return self._callables["network"](*inputs, **named)

    def extra_repr(self) -> str:
        """The name of the function."""
        function = self._callables["network"]
        return getattr(function, "__name__", function.__class__.__name__)


def check_encoded_once(network: object) -> None:
    """Does nothing for a network that is not seen to end with a softmax.

    Raises:
        CajalError: for one of which another softmax is to be taken.
    """
    while isinstance(network, nn.Sequential) and len(network):
        network = network[-1]
    is_soft = network.how == "softmax" if isinstance(network, Encoded) else isinstance(network, nn.Softmax)
    if is_soft:
        raise CajalError(EncodedTwice(network.__class__.__name__))
