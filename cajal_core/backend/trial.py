"""What is linked is tried when it is linked: one call, with one basis vector for each argument.

The call leaves no trace in a module. It runs in eval mode and without gradients; modes, buffers and torch's
random numbers are afterwards what they were. (A lazy module gets its parameters, for which it draws.)

>>> image = tys.Space("Image", (4, 5))
>>> try_link("odd", tys.Arrow(image, tys.Bool()), nn.Linear(20, 2), torch.empty(0))
Traceback (most recent call last):
...
cajal_core.diagnostics.errors.CajalError: what is linked to `odd` : Image -o Bool cannot take (1, 4, 5): \
RuntimeError: mat1 and mat2 shapes cannot be multiplied (4x5 and 20x2)
help: link `nn.Sequential(nn.Flatten(), net)`
"""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from inspect import isclass
from linecache import getline
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy
from torch.utils import _pytree as pytree

from cajal_core.backend.held import Held, held
from cajal_core.backend.values.lists import given_sequence, lists_text, shape_text
from cajal_core.backend.values.sequence import Sequence as Lists
from cajal_core.base import tys
from cajal_core.diagnostics.errors import CajalError, calls_link, raised_by_link, users_frames
from cajal_core.diagnostics.links import BadReturn, CannotTake, ClassLinked, HiddenParameters
from cajal_core.diagnostics.mistake import Mistake

#: With arguments of more entries nothing is tried, since they would take a call's own memory.
LARGEST = 2**24


def check_callable(what: str, link: Callable[..., Any]) -> list[Held]:
    """The modules and tensors that a callable holds.

    Raises:
        CajalError: if it is a class, or is no module and hides the parameters of one; `what` names it.
    """
    if isclass(link):
        raise CajalError(ClassLinked(what, link.__name__))
    parts = list(held(link))
    hidden = [] if isinstance(link, nn.Module) else [part for part in parts if part.is_trained]
    if hidden:
        raise CajalError(HiddenParameters(what, hidden[0].name, hidden[0].kind))
    return parts


def try_link(name: str, type: tys.Type, link: Callable[..., Any], like: Tensor) -> None:
    """Does nothing where a callable fits the type of the extern.

    It is given two samples, since one can be taken for a channel (`nn.Conv2d` reads (1, 28, 28) as one image
    of one channel). The dtype and the device are those of its own tensors, or else those of `like`.

    Raises:
        CajalError: if it is a class, hides parameters, cannot be called, or returns another shape.
    """
    parts = check_callable(f"what is linked to `{name}`", link)
    types, _ = tys.uncurry(type)
    if torch.compiler.is_compiling() or sum(map(_entries, types)) > LARGEST:
        return
    like = next(_floating(parts), like)
    with undisturbed([part.value for part in parts if isinstance(part.value, nn.Module)]):
        call, batch = _Call(link, _samples(types, 2, like)), 2
        with torch.no_grad():
            result = call()
        if _fits(result, batch, type):
            return
        with torch.enable_grad():  # a callable may take gradients itself
            if _fits(call(), batch, type):
                return
        with torch.no_grad():
            way_out = _way_out(type, call)
            one = _Call(link, _samples(types, 1, like))
            if not _fits(first := one(), 1, type):
                call, batch, result = one, 1, first
    raise CajalError(_mistake(name, type, call, batch, result, way_out)) from (
        result if isinstance(result, Exception) else None
    )


class _Call:
    """A callable and what it is given."""

    def __init__(self, link: Callable[..., Any], given: list[Tensor | Lists]) -> None:
        self.link = link
        self.given = given

    @calls_link
    def __call__(self, link: Callable[..., Any] | None = None) -> Any:
        """What it, or another in its place, returns; or what it raises, but for a failure of Cajal's own."""
        try:
            return (link or self.link)(*pytree.tree_map(torch.clone, self.given))
        except Exception as error:
            if isinstance(error, CajalError) or raised_by_link(error):
                return error
            raise


def _samples(types: Sequence[tys.Type], batch: int, like: Tensor) -> list[Tensor | Lists]:
    """A batch for each argument: its first basis vector, of functions the identity; then one between."""
    floating = like.dtype if like.is_floating_point() else torch.get_default_dtype()
    samples = list[Tensor | Lists]()
    for type in types:
        if isinstance(type, tys.List):
            samples.append(_lists(type, batch, like))
            continue
        shape = tys.shape(type)
        if isinstance(type, tys.Arrow):
            first = torch.eye(*shape, dtype=floating, device=like.device)
        else:
            first = torch.zeros(tys.dim(type), dtype=floating, device=like.device)
            first[:1] = 1
        even = torch.full(shape, 1 / shape[0], dtype=floating, device=like.device)
        samples.append(torch.stack([first.reshape(shape), (first.reshape(shape) + even) / 2][:batch]))
    return samples


def _lists(type: tys.List, batch: int, like: Tensor) -> Lists:
    """A list of one or two elements, and then one of none, one or two."""
    length = min(type.most, 2)
    [elements] = _samples([type.element], batch, like)
    assert isinstance(elements, Tensor)
    every = elements.unsqueeze(1).expand(-1, length, *elements.shape[1:])
    weights = torch.zeros(batch, length + 1, dtype=elements.dtype, device=elements.device)
    weights[0, -1] = 1
    weights[1:] = 1 / (length + 1)
    return Lists.made(every, weights, type.most)


def _entries(type: tys.Type) -> int:
    """How many numbers a sample has."""
    return 2 * tys.dim(type.element) if isinstance(type, tys.List) else tys.dim(type)


def _fits(result: object, batch: int, type: tys.Type) -> bool:
    types, returned = tys.uncurry(type)
    samples = batch if types else 1
    if isinstance(returned, tys.List):
        try:
            lists = given_sequence("it", returned, result, "it")
        except CajalError:
            return False
        return lists.rank == 1 and lists.elements.shape[0] == lists.lengths.shape[0] == samples
    expected = (samples, *tys.shape(returned))
    return isinstance(result, Tensor) and tuple(result.shape) == expected


def _mistake(
    name: str, type: tys.Type, call: _Call, batch: int, result: object, way_out: str | None
) -> Mistake:
    if isinstance(result, Exception):
        shapes = ", ".join(map(shape_text, call.given))
        text = result.errors[0].title if isinstance(result, CajalError) else str(result)
        said = " ".join(f"{result.__class__.__name__}: {text}".split())
        if line := _line(result):
            said = f"{said}, at `{line}`"
        return CannotTake(name, str(type), shapes, said, way_out)
    returned, samples = tys.uncurry(type)[1], batch if call.given else 1
    expected = str((samples, *tys.shape(returned)))
    if isinstance(returned, tys.List):
        expected = lists_text(samples, returned)
    actual = shape_text(result) if isinstance(result, Tensor | Lists) else result.__class__.__name__
    return BadReturn(f"the extern `{name}`", str(type), expected, actual, way_out)


def _line(error: Exception) -> str:
    """The line of the user's own code that raised, if there is its text."""
    own = error.__traceback__  # that of the call, which comes first
    frames = users_frames(own.tb_next) if own else None
    while frames and frames.tb_next:
        frames = frames.tb_next
    return getline(frames.tb_frame.f_code.co_filename, frames.tb_lineno).strip() if frames else ""


def _way_out(type: tys.Type, call: _Call) -> str | None:
    """What around a callable of one argument makes it fit, as far as it was tried and does."""
    types, returned = tys.uncurry(type)
    if len(types) != 1 or any(isinstance(each, tys.List) for each in (*types, returned)):
        return None
    shape, sizes = tys.shape(types[0]), tys.shape(returned)
    before: list[tuple[str, nn.Module | None]] = [("", None)]
    if len(shape) > 1:
        before.append(("nn.Flatten()", nn.Flatten()))
    if len(shape) == 2:
        before.append((f"nn.Unflatten(1, (1, {shape[0]}))", nn.Unflatten(1, (1, shape[0]))))
    after: list[tuple[str, nn.Module | None]] = [("", None), ("nn.Flatten()", nn.Flatten())]
    if len(sizes) > 1:
        after += [
            (f"nn.Unflatten(1, {sizes})", nn.Unflatten(1, sizes)),
            ("nn.Flatten(1, 2)", nn.Flatten(1, 2)),
        ]
    for first, prepare in before:
        for last, finish in after:

            @calls_link
            def around(given: Tensor, *, prepare: Any = prepare, finish: Any = finish) -> Any:
                result = call.link(prepare(given) if prepare else given)
                return finish(result) if finish else result

            if _fits(call(around), 2, type):
                return f"link `nn.Sequential({', '.join(filter(None, [first, 'net', last]))})`"
    if not isinstance(call.link, nn.Module) and _fits(call(torch.vmap(call.link)), 2, type):
        return "it takes one sample and not a batch: link `torch.vmap(f)`"
    return None


def _floating(parts: Sequence[Held]) -> Iterator[Tensor]:
    """The tensors of real numbers that a callable holds."""
    for part in parts:
        own = (
            [part.value]
            if isinstance(part.value, Tensor)
            else [*part.value.parameters(), *part.value.buffers()]
        )
        yield from [tensor for tensor in own if tensor.is_floating_point() and not is_lazy(tensor)]


@contextmanager
def undisturbed(roots: Sequence[nn.Module], *, evaluates: bool = True) -> Generator[None]:
    """Modules in eval mode, and all that a call would leave behind in them as it was.

    Without `evaluates` they keep their modes.
    """
    modules = list(dict.fromkeys([module for root in roots for module in root.modules()]))
    training = [module.training for module in modules]
    tensors = [
        tensor
        for module in modules
        for tensor in [*module.parameters(recurse=False), *module.buffers(recurse=False)]
    ]
    kept = [
        (module, name, buffer, buffer.detach().clone())
        for module in modules
        for name, buffer in module.named_buffers(recurse=False)
        if not is_lazy(buffer) and not buffer.is_meta
    ]
    cuda = {tensor.device for tensor in tensors if tensor.device.type == "cuda"}
    with ExitStack() as stack:
        if not any(map(is_lazy, tensors)):  # two lazy modules would else get the same parameters
            stack.enter_context(torch.random.fork_rng(sorted(cuda, key=str)))
        if "torch._dynamo" in sys.modules:  # without it nothing is compiled, and to load it takes seconds
            stack.enter_context(torch.compiler.set_stance("force_eager"))
        try:
            for module in modules if evaluates else ():
                module.training = False  # `eval()` may be a method of theirs that does more
            yield
        finally:
            for module, mode in zip(modules, training, strict=True):
                module.training = mode
            for module, name, buffer, copied in kept:
                setattr(module, name, buffer)
                if not torch.equal(buffer, copied):
                    with torch.no_grad():
                        buffer.copy_(copied)
