"""What Cajal takes from Python: variables by `-i`, and expressions by `%link`."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

import cajal_core as cajal
from cajal_kernel.errors import MagicError

if TYPE_CHECKING:
    import torch

COMMENT = "a comment behind Python begins with `#`"

LINK = re.compile(r"\s*([^\W\d][\w']*)\s*=(?!=)\s*")


@dataclass(frozen=True, slots=True)
class NotTaken(cajal.Mistake):
    """A Python variable that becomes no definition, in a cell without an extern to link it to."""

    name: str
    what: str

    @property
    def title(self) -> str:
        return f"-i {self.name}: `{self.name}` is {self.what}; only a bool or an int becomes a definition"

    @property
    def help(self) -> str:
        return f"declare in the cell what it is to be linked to: `extern {self.name} : …` with its type"


DOTTED = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")


def neuron(path: str, names: Mapping[str, Any]) -> cajal.Neuron | None:
    """The neuron that a name of Python's, or a dotted one, stands for; None where the name is not Python's.

    Raises:
        MagicError: if it stands for something else, or for nothing.
    """
    if not _is_python(path, names):
        return None
    value = _held(path, names)
    if "torch" not in sys.modules or not isinstance(value, cajal.Neuron):
        raise MagicError(f"Python's `{path}` is {described(value)}, and no neuron.", _inside(path, value))
    return value


def module(path: str, names: Mapping[str, Any]) -> torch.nn.Module | None:
    """As `neuron`, with any module of torch."""
    if not _is_python(path, names):
        return None
    import torch

    value = _held(path, names)
    if not isinstance(value, torch.nn.Module):
        hint = "give an instance: `net = Net()`" if isinstance(value, type) else ""
        raise MagicError(f"Python's `{path}` is {described(value)}, and no torch.nn.Module.", hint)
    return value


def _is_python(path: str, names: Mapping[str, Any]) -> bool:
    root, *attributes = path.split(".")
    return DOTTED.fullmatch(path) is not None and (root in names or bool(attributes))


def _held(path: str, names: Mapping[str, Any]) -> Any:
    """What Python has at a path."""
    root, *attributes = path.split(".")
    if root not in names:
        raise MagicError(f"there is no Python variable `{root}`.", "make it in a Python cell first")
    value = names[root]
    for place, attribute in enumerate(attributes, 1):
        try:
            value = getattr(value, attribute)
        except Exception as error:
            whole = ".".join([root, *attributes[:place]])
            raise MagicError(f"`{whole}` failed with {type(error).__name__}: {error}") from error
    return value


def _inside(path: str, value: Any) -> str:
    """Where there are neurons in a module, or how to get one."""
    import torch

    parts = value.named_modules() if isinstance(value, torch.nn.Module) else ()
    inside = [f"`{path}.{name}`" for name, module in parts if isinstance(module, cajal.Neuron)]
    return (
        f"its neurons are {', '.join(inside)}" if inside else "what `program[NAME]` or `-o NAME` gives is one"
    )


def term(name: str, value: Any) -> str:
    """The type and the term of what becomes a definition; empty for what may be linked to an extern.

    Raises:
        MagicError: if it can be neither.
    """
    item = getattr(value, "item", None)
    if callable(item) and getattr(value, "shape", None) == ():  # a scalar of NumPy's or torch's
        value = item()
    if isinstance(value, bool):
        return f"Bool = {str(value).lower()}"
    if isinstance(value, int) and value >= 0:
        return f"Nat = {value}"
    if isinstance(value, int):
        raise MagicError(f"-i {name}: a Nat is 0 or more, and `{name}` is {value}.")
    if isinstance(value, float):
        raise MagicError(
            f"-i {name}: `{name}` is a float; only a bool or an int becomes a definition.",
            f"a chance p is a vector of two weights: make `{name} = torch.tensor([p, 1 - p])` in Python, "
            f"and write `extern {name} : Bool` in the cell",
        )
    if value is None or isinstance(value, str | bytes | complex):
        raise MagicError(
            f"-i {name}: `{name}` is {described(value)}, which is no value of Cajal.",
            "a bool or an int becomes a definition; a tensor, a network or a function is linked to an extern",
        )
    return ""


def described(value: object) -> str:
    """An object in a few words: its class, or its name where it has one."""
    if value is None:
        return "None"
    name = getattr(value, "__name__", None)
    shape = getattr(value, "shape", None)
    if isinstance(name, str):
        return cajal.printable(name)
    return type(value).__name__ + (f" of shape {tuple(shape)}" if shape is not None else "")


def assignments(line: str, prefix: str) -> dict[str, str]:
    """`f=net, g=make(1, 2)` as names and expressions. Only Python knows where an expression ends: ask it."""
    usage = (
        f"Usage: %{prefix}link NAME=EXPRESSION[, NAME=EXPRESSION …], for example %{prefix}link step=conv_net"
    )
    expressions: dict[str, str] = {}
    rest = line.strip()
    while rest or not expressions:
        head = LINK.match(rest)
        if not head:
            raise MagicError(f"%{prefix}link: expected NAME=EXPRESSION, got `{rest}`.", usage)
        rest = rest[head.end() :]
        ends = (i for i, sign in enumerate(rest) if sign == "," and LINK.match(rest, i + 1))
        end = next((end for end in chain(ends, [len(rest)]) if _is_expression(rest[:end])), None)
        if end is None:
            raise MagicError(
                f"%{prefix}link: `{rest}` is not a Python expression.", COMMENT if "--" in rest else usage
            )
        if head[1] in expressions:
            raise MagicError(f"%{prefix}link: `{head[1]}` is linked twice.", usage)
        expressions[head[1]] = rest[:end].strip()
        rest = rest[end + 1 :].strip()
    return expressions


def _is_expression(source: str) -> bool:
    try:
        ast.parse(source.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
