"""The parameters of a neuron: what it is linked to, and what it learns.

This is more than 300 lines, because all state of a neuron and what links it stands together.
"""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any, Self, TypeAlias

import torch
from torch import Tensor, nn
from torch.nn.utils.prune import BasePruningMethod

from cajal_core.backend.executable import Executable, compile_graph
from cajal_core.backend.links import Link, by_name, check_link
from cajal_core.backend.plan import Method
from cajal_core.base import tys
from cajal_core.base.passes import Passes, Timings
from cajal_core.diagnostics.calls import TooLarge
from cajal_core.diagnostics.errors import CajalError
from cajal_core.diagnostics.links import NothingToUnlink
from cajal_core.diagnostics.training import NotLearned, NotSettable
from cajal_core.ir import graph as ir
from cajal_core.ir.sizes import LARGEST_TENSOR
from cajal_core.neuron.initialize import Initial, initial_value
from cajal_core.neuron.saving.origin import Origin
from cajal_core.neuron.stored import Callables, Stored

#: The parameters of one `learn`, a tensor for each of its types.
LearnedByType: TypeAlias = dict[tys.Type, nn.Parameter]
#: For the name of a learned tensor, the parameters that others share. What is missing is put in.
Shared: TypeAlias = Mapping[str, LearnedByType]


class Overflows:
    """What is known of overflows beside the matrix of a closed function from data to data.

    Where it does not choose, a column of zeros is an overflow, and no other is. Where it does, a column of
    zeros may fail, and one with results may overflow on another way.
    """

    def __init__(self, chooses: bool = False) -> None:
        self._chooses = chooses

    @property
    def chooses(self) -> bool:
        """Whether a `fail`, a `<|>` or a `dict` is reached."""
        return self._chooses

    def choices(self) -> Iterator[tuple[int, ...]]:
        """The basis arguments at which the evaluation overflows, by their indices, as far as known."""
        return iter(())


class Parametrised(Stored):
    """A graph as a module, with its linked modules and tensors and its learned tensors.

    A learned tensor that is not in `shared` is the module's own.
    """

    _anchor: Tensor

    def __init__(
        self,
        graph: ir.Graph,
        executable: Executable,
        passes: Passes,
        shared: Shared | None = None,
        overflows: Overflows | None = None,
        origin: Origin | None = None,
    ) -> None:
        super().__init__()
        #: What knows of overflows, where a column of zeros in the matrix may have another reason.
        self._overflows = overflows or Overflows()
        #: The program that the neuron was compiled from.
        self._origin = origin or Origin()
        #: The graph as it was lowered, with its marks; and the code that runs.
        self._lowered = graph
        self._executable = executable
        #: Runs the passes of code that is only made when a call needs it.
        self._passes = passes
        #: How recurrences are to be run, by the names of their states, where the choice is not left open.
        self.methods: dict[str, Method] = {}
        self._callables = Callables()
        # Tells the dtype and the device of a neuron that no argument tells.
        self.register_buffer("_anchor", torch.empty(0), persistent=False)
        for parameter in self.ir.parameters:
            if isinstance(parameter, ir.Learn):
                entries, shape = tys.dim(parameter.type), tys.shape(parameter.type)
                if entries > LARGEST_TENSOR:
                    what = f"the learned tensor `{parameter.name}` : {parameter.type}"
                    instead = "declare it at a smaller type, or an `extern` that is linked to a network"
                    raise CajalError(TooLarge(what, shape, entries, LARGEST_TENSOR, instead))
                parameters = (shared or {}).get(parameter.name, {})
                if parameter.type not in parameters:
                    with torch.inference_mode(mode=False):  # it outlives the call, and is trained
                        tensor = nn.Parameter(torch.empty(shape))
                        initial_value(parameter.name, parameter.type, tensor, None)
                    parameters[parameter.type] = tensor
                self.register_parameter(_key(parameter), parameters[parameter.type])
        #: Code for calls of which more is known, by how many arguments come and which callees are tensors.
        self._variants: dict[tuple[int, frozenset[str | int]], Executable] = {}
        #: Code that shows the values of marks while it runs.
        self._recording: Executable | None = None
        # That for functions which come as matrices is made now, since torch cannot compile the compiler.
        matrices = [
            argument.position for argument in self.ir.arguments if isinstance(argument.type, tys.Arrow)
        ]
        with suppress(CajalError):  # where it is too large, a call says so
            self._variant(len(self.ir.arguments), frozenset(matrices))

    @property
    def ir(self) -> ir.Graph:
        """The tensor IR that the neuron runs."""
        return self._executable.graph

    @property
    def lowered(self) -> ir.Graph:
        """The tensor IR as the program is written, before anything was made faster, with its marks."""
        return self._lowered

    @property
    def code(self) -> str:
        """The torch code that the neuron runs."""
        return self._executable.emitted.source

    @property
    def timings(self) -> Timings:
        """The seconds that each pass took for this neuron, by its name; printed, a table in milliseconds.

        They cover its own term, from its parse or check on, and of the definitions that it names those that
        were elaborated again for its `nat_size`. The passes
        that make its code count even where another neuron of the same definition had it made. What a later
        call has made for it is added: `specialize`, for a matrix.
        """
        return Timings(self._passes.timings)

    def _variant(self, given: int, tensors: frozenset[str | int]) -> Executable:
        """The code of a call with so many arguments, where some callees are tensors.

        Raises:
            CajalError: if a matrix that it needs is too large.
        """
        if given == len(self.ir.arguments) and not tensors:
            return self._executable
        if (given, tensors) not in self._variants:
            executable = compile_graph(self._lowered, self._passes, given=given, tensors=tensors)
            self._variants[given, tensors] = executable
        return self._variants[given, tensors]

    @property
    def externs(self) -> dict[str, tys.Type]:
        """The externs that the program reaches, with their types."""
        return {
            parameter.name: parameter.type
            for parameter in self.ir.parameters
            if isinstance(parameter, ir.Extern)
        }

    @property
    def learned(self) -> dict[str, Tensor]:
        """The tensors that the neuron trains, by name.

        Each is an `nn.Parameter`, which the neurons of one program share; where torch computes it from
        others, as `torch.nn.utils.parametrize` and `torch.func.functional_call` do, what it computes.
        """
        return {
            parameter.name: getattr(self, _key(parameter))
            for parameter in self.ir.parameters
            if isinstance(parameter, ir.Learn)
        }

    def _prune(self) -> None:
        """Applies masks of `torch.nn.utils.prune` again, which torch itself does before a call only."""
        hooks: list[object] = [*self._forward_pre_hooks.values()]
        for hook in hooks:
            if isinstance(hook, BasePruningMethod):
                hook(self, ())

    @property
    def _like(self) -> Tensor:
        """A tensor of the dtype and the device that no argument tells.

        Another neuron may have moved the learned tensors, which both share, to another device.
        """
        anchor = self._anchor
        for tensor in self.learned.values():
            if tensor.device != anchor.device:
                return anchor.to(tensor.device)
        return anchor

    def initialize(self, default: Initial | None = None, /, **initial: Initial) -> Self:
        """Sets learned tensors to values to start from, for all neurons that share them; returns the neuron.

        `default` is for all of them, and a name's own for that one: "normal", entries of standard
        deviation 1/sqrt(dim A) for `A -o B`; "stochastic", columns that are positive and add up to 1;
        "identity". Without either, maps between data start stochastic, all others normal.

        Raises:
            CajalError: if a name is not learned, a type has no identity, or torch computes the tensor from
                others (`torch.nn.utils.parametrize`) in a way that has no inverse.
        """
        types = {
            parameter.name: parameter.type
            for parameter in self.ir.parameters
            if isinstance(parameter, ir.Learn)
        }
        for name in initial:
            if name not in types:
                raise CajalError(NotLearned(name, tuple(types)))
        for name, tensor in self.learned.items():
            key, way = f"learn_{name}", initial.get(name) or default
            pruned = self._parameters.get(f"{key}_orig")
            if pruned is not None or isinstance(tensor, nn.Parameter):
                initial_value(name, types[name], tensor if pruned is None else pruned, way)
                self._prune()
                continue
            start = torch.empty_like(tensor, requires_grad=False)
            initial_value(name, types[name], start, way)
            try:
                setattr(self, key, start)
            except (NotImplementedError, RuntimeError) as error:
                raise CajalError(NotSettable(name)) from error
        return self

    @property
    def unlinked(self) -> dict[str, tys.Type]:
        """The externs that must still be linked before the neuron can run."""
        return {name: type for name, type in self.externs.items() if self._linked(name) is None}

    def link(self, links: Mapping[str, Link] | None = None, /, **named: Link) -> Self:
        r"""Links externs to tensors of their type's shape, to modules or to callables; returns the neuron.

        A callable receives each argument as `(batch, *shape of its type)`, which it may change in place, and
        returns `(batch, *shape of the result)`. It is tried: called once, with one basis vector for each
        argument, in eval mode. Gradients reach modules, parameters, and tensors that require them. An extern
        of type `List[k] A` is linked to one list, as it is given for an argument; one that returns lists to a
        callable. Externs whose names Python has not (`f'`) are given in a mapping.

        Raises:
            CajalError: if there is no such extern, a tensor's shape is not its type's, or a callable is a
                class, cannot be called, returns another shape, or hides the parameters of a module.

        Example:
            >>> import cajal_core as cajal
            >>> import torch
            >>> program = cajal.load("space Image[4, 5]\nextern odd : Image -o Bool")
            >>> network = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(20, 2))
            >>> program["odd"].link(odd=network)(torch.rand(7, 4, 5)).shape
            torch.Size([7, 2])
        """
        asked, externs = by_name(links, named), self.externs
        checked = {name: check_link(name, externs, link, self._like) for name, link in asked.items()}
        return self._hold(checked)

    def unlink(self, *names: str) -> Self:
        """Takes away what is linked to these externs; returns the neuron.

        Raises:
            CajalError: if nothing is linked to one; then all stay.

        Example:
            >>> import cajal_core as cajal
            >>> import torch
            >>> neuron = cajal.load("extern prior : Bool")["prior"].link(prior=torch.tensor([0.9, 0.1]))
            >>> list(neuron.unlink("prior").unlinked)
            ['prior']
        """
        linked = tuple([name for name in self.externs if name not in self.unlinked])
        for name in names:
            if name not in linked:
                raise CajalError(NothingToUnlink(name, linked))
        for name in names:
            self._unlink(name)
        return self

    def _hold(self, links: Mapping[str, Link]) -> Self:
        """Links what was tried already."""
        for name, link in links.items():
            self._unlink(name)
            match link:
                case nn.Module():
                    self.add_module(f"extern_{name}", link)
                case nn.Parameter():
                    self.register_parameter(f"extern_{name}", link)
                case Tensor():
                    self.register_buffer(f"extern_{name}", link)
                case _:
                    self._callables[name] = link
        return self

    def _load_from_state_dict(  # pyright: ignore[reportIncompatibleMethodOverride]  # torch gives it in order
        self, state_dict: dict[str, Any], prefix: str, *args: Any
    ) -> None:
        """As torch's, but with `assign=True` the parameters stay those that are shared."""
        shared = dict(self._parameters)
        super()._load_from_state_dict(state_dict, prefix, *args)
        for name, parameter in shared.items():
            loaded = self._parameters[name]
            if parameter is not None and loaded is not None and not parameter.is_meta:
                parameter.data = loaded.data
                self._parameters[name] = parameter

    def stored_types(self) -> Mapping[str, tys.Type]:
        """The types of what is learned, and linked to tensors or modules."""
        types = {_key(parameter): parameter.type for parameter in self.ir.parameters}
        return {key: type for key, type in types.items() if hasattr(self, key)}

    def missing_links(self) -> Iterable[str]:
        """The externs that are not linked, or to a callable that is no module."""
        return [*self.unlinked, *self._callables]

    def _links(self) -> dict[str, Link]:
        """What is linked or learned under each name, as far as it is there."""
        links: dict[str, Link] = {}  # written so that torch can compile it
        for parameter in self.ir.parameters:
            learned = isinstance(parameter, ir.Learn)
            link = getattr(self, _key(parameter)) if learned else self._linked(parameter.name)
            if link is not None:
                links[parameter.name] = link
        return links

    def _unlink(self, name: str) -> None:
        self._callables.pop(name, None)
        if hasattr(self, f"extern_{name}"):
            delattr(self, f"extern_{name}")

    def _linked(self, name: str) -> Link | None:
        return self._callables[name] if name in self._callables else getattr(self, f"extern_{name}", None)


def _key(parameter: ir.Extern | ir.Learn) -> str:
    return f"{'learn' if isinstance(parameter, ir.Learn) else 'extern'}_{parameter.name}"
