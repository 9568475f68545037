"""Networks in front of a neuron: what they return becomes its arguments."""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, NoReturn, TypeAlias, cast

import torch
from torch import Tensor, nn

from cajal_core.backend.arguments import by_position
from cajal_core.backend.calls.networks import fed_together
from cajal_core.backend.links import by_name
from cajal_core.backend.values.lists import given_sequence
from cajal_core.backend.values.sequence import Sequence
from cajal_core.backend.values.tensors import as_tensor, wrong_shape
from cajal_core.base import tys
from cajal_core.diagnostics.errors import CajalError
from cajal_core.diagnostics.training import (
    NetworkAsSetting,
    NotANetwork,
    NotANeuron,
    NothingToFeed,
    UnknownEncoding,
    UnknownGuard,
    WrongInputs,
)
from cajal_core.diagnostics.use.saving import OnlyNeurons
from cajal_core.neuron.encodings.encode import check_encoded_once
from cajal_core.neuron.encodings.functions import ENCODINGS, Encoding, encoded, on_simplex
from cajal_core.neuron.module import Argument, Neuron
from cajal_core.neuron.stored import Stored

Encode: TypeAlias = Encoding | Callable[[Tensor], Tensor]
Guard: TypeAlias = Literal["spectral", "simplex"]


class Linked(Stored):
    r"""A neuron whose arguments are fed by networks.

    Called with the inputs of the networks, one for each argument of the neuron in the order of its
    type; a tuple is several inputs of one network. An argument that no network feeds passes through.
    A network returns `(..., *shape of the argument's type)`, or the same flattened, `(..., dim)`. It is
    given copies of tensors, so that one which works in place spoils nothing. Inputs can be given by name.
    A network that feeds several arguments is called once, on all of their inputs one after the other, where
    the result shows that their first dimension is the batch; but for norms in train mode over the batch.

    `encode` is what happens to it then, by the name of an encoding of `cajal.encode`: "raw", nothing;
    "softmax", a distribution over the basis, for a function one in each column of its matrix; "sigmoid",
    "simplex", "norm"; or a callable on the tensor. A temperature or an entropy bonus has a network that
    `cajal.encode` made, which is fed raw. `guard` bounds its norm, since
    large norms make recurrences unstable (arXiv 2511.14953, section 5): "spectral" divides a matrix by
    its spectral norm, a vector by its length, where that is above 1; "simplex" makes columns that are
    not negative and add up to 1. Either is one for all arguments, or a mapping from their names.

    Networks of arguments called `encode` or `guard`, or by a name that Python has not (`x'`), are given in
    a mapping. An `encode` that is a module is a submodule too.

    Raises:
        CajalError: if it is no neuron, has no such argument, a setting does not exist, a softmax would be
            taken twice, or a network returns another shape.

    Example:
        >>> import cajal_core as cajal
        >>> import torch
        >>> eq = r"\x:Bool. \y:Bool. if x then y else if y then false else true"
        >>> left, right = torch.nn.Linear(5, 2), torch.nn.Linear(7, 2)
        >>> same = cajal.Linked(cajal.Program().compile(eq), x=left, y=right, encode="softmax")
        >>> same(torch.rand(8, 5), torch.rand(8, 7)).shape
        torch.Size([8, 2])
    """

    def __init__(
        self,
        neuron: Neuron,
        networks: Mapping[str, nn.Module] | None = None,
        /,
        *,
        encode: Encode | Mapping[str, Encode] = "raw",
        guard: Guard | Mapping[str, Guard] | None = None,
        **named: nn.Module,
    ) -> None:
        super().__init__()
        if not isinstance(cast("object", neuron), Neuron):
            raise CajalError(NotANeuron(type(neuron).__name__))
        self.neuron = neuron
        arguments = [argument.name for argument in neuron.arguments]
        fed = by_name(networks, named)
        self._encode: dict[str, Encode] = _by_name(encode, fed)
        self._guard: dict[str, Guard | None] = _by_name(guard, fed)
        for setting, value in (("encode", encode), ("guard", guard)):
            if setting in arguments and setting not in fed and isinstance(value, nn.Module):
                raise CajalError(NetworkAsSetting(setting))
        for name in (*fed, *self._encode, *self._guard):
            if name not in arguments:
                raise CajalError(NothingToFeed(name, tuple(arguments)))
        for name, chosen in self._encode.items():
            if not callable(chosen) and chosen not in ENCODINGS:
                raise CajalError(UnknownEncoding(name, chosen))
            if isinstance(chosen, nn.Module):
                self.add_module(f"encode_{name}", chosen)
        for name, bound in self._guard.items():
            if bound not in (None, "spectral", "simplex"):
                raise CajalError(UnknownGuard(name, bound))
        for name, network in fed.items():
            # Whatever the annotation says, users pass callables.
            if not isinstance(cast("object", network), nn.Module):
                is_class = isinstance(network, type)
                raise CajalError(
                    NotANetwork(name, network.__name__ if is_class else type(network).__name__, is_class)
                )
            if self._encode.get(name) == "softmax":
                check_encoded_once(network)
            self.add_module(f"network_{name}", network)

    @property
    def encodings(self) -> Mapping[str, Encode]:
        """How what feeds each argument is encoded here, by the names of those that networks feed."""
        return dict(self._encode)

    def stored_types(self) -> Mapping[str, tys.Type]:
        """The types of the arguments that networks feed."""
        types = {f"network_{argument.name}": argument.type for argument in self.neuron.arguments}
        return {key: type for key, type in types.items() if hasattr(self, key)}

    def save(self, path: object) -> NoReturn:
        """Only a neuron has a file of its own (`Neuron.save`).

        Raises:
            CajalError: always; it says how all is kept.
        """
        raise CajalError(OnlyNeurons())

    def forward(self, *inputs: Any, **named: Any) -> Any:
        """The neuron's result, of shape `(..., *shape of the result)`, for the networks' inputs."""
        arguments = self.neuron.arguments
        inputs = tuple(by_position([argument.name for argument in arguments], inputs, named))
        if len(inputs) != len(arguments):
            raise CajalError(WrongInputs(len(arguments), len(inputs)))
        together = self._together(arguments, inputs)
        fed = [
            self._fed(argument.name, argument.type, given, together.get(place))
            for place, (argument, given) in enumerate(zip(arguments, inputs, strict=True))
        ]
        return self.neuron(*fed)

    def _together(self, arguments: list[Argument], inputs: tuple[Any, ...]) -> dict[int, Tensor]:
        """What networks that feed several arguments of one shape make of all of their inputs, by place."""
        places = dict[tuple[nn.Module, tuple[int, ...]], list[int]]()
        for place, argument in enumerate(arguments):
            network: nn.Module | None = getattr(self, f"network_{argument.name}", None)
            if network is not None and not isinstance(argument.type, tys.List):
                places.setdefault((network, tys.shape(argument.type)), []).append(place)
        made = dict[int, Tensor]()
        for (network, shape), own in places.items():
            if len(own) > 1:
                parts = fed_together(network, [_several(inputs[place]) for place in own], shape)
                made.update(zip(own, parts or (), strict=False))
        return made

    def _fed(self, name: str, type: tys.Type, given: Any, made: Tensor | None) -> Any:
        """What is given, if no network feeds the argument, or what the network makes of it."""
        network: nn.Module | None = getattr(self, f"network_{name}", None)
        if network is None:
            return given
        what, fed = f"what feeds the argument `{name}`", made
        if fed is None:
            several = _several(given)
            fed = network(*[part.clone() if isinstance(part, Tensor) else part for part in several])
        if isinstance(type, tys.List):
            lists = given_sequence(what, type, fed, name)
            elements = self._as_vectors(name, type.element, lists.elements)
            return Sequence.made(elements, lists.lengths, lists.most, is_full=lists.is_full)
        return self._as_vectors(name, type, as_tensor(what, fed))

    def _as_vectors(self, name: str, type: tys.Type, value: Tensor) -> Tensor:
        """What a network made for an argument, or for the elements of a list, encoded and guarded."""
        shape = tys.shape(type)
        if tuple(value.shape[value.ndim - len(shape) :]) != shape:
            if tuple(value.shape[-1:]) != (tys.dim(type),):
                what, expected = f"what feeds the argument `{name}`", f"(..., {', '.join(map(str, shape))})"
                raise CajalError(wrong_shape(what, type, value, expected, name))
            value = value.unflatten(-1, shape)
        # The curried matrix has its result's axis last but one; a vector is one column.
        rows = tys.dim(type.result) if isinstance(type, tys.Arrow) else tys.dim(type)
        columns = value.flatten(-len(shape)).unflatten(-1, (rows, -1))
        encode = self._encode.get(name, "raw")
        if callable(encode):
            columns = self._encoded(name, type, encode, columns.reshape(value.shape)).reshape(columns.shape)
        else:
            columns = encoded(encode, columns, (-2,))
        return _guarded(columns, self._guard.get(name)).reshape(value.shape)

    @staticmethod
    def _encoded(name: str, type: tys.Type, encode: Callable[[Tensor], Tensor], value: Tensor) -> Tensor:
        """A value as a callable encodes it, which may change its own copy of it."""
        what = f"what `encode` makes of the argument `{name}`"
        encoded = as_tensor(what, encode(value.clone()))
        if encoded.shape != value.shape:
            raise CajalError(wrong_shape(what, type, encoded, str(tuple(value.shape)), name))
        return encoded


def _several(given: Any) -> tuple[Any, ...]:
    """What is given for one argument, as the inputs of its network."""
    return cast("tuple[Any, ...]", given) if isinstance(given, tuple) else (given,)


def _by_name(setting: Any, names: Iterable[str]) -> dict[str, Any]:
    """A setting for each name, given for all or by name."""
    if isinstance(setting, Mapping):
        return dict(cast("Mapping[str, Any]", setting))
    return dict.fromkeys(names, setting)


def _guarded(columns: Tensor, guard: Guard | None) -> Tensor:
    match guard:
        case "spectral":
            norm = torch.linalg.matrix_norm(columns, ord=2, keepdim=True)
            return columns / norm.clamp(min=1)
        case "simplex":
            return on_simplex(columns, (-2,))
        case None:
            return columns
