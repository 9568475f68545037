"""Recursion as deep as programs are nested, whatever Python's recursion limit.

Python bounds the frames of a stack by one limit for the whole process. Raising it for a while would take that
bound from all other threads, too. So a deep recursion runs on many short stacks, each of them a greenlet, and
none comes near the limit. All of them belong to the thread that calls: an interrupt, a context variable or a
mode of torch is there as ever.

>>> @deep
... def depth(nested):
...     return 1 + depth(nested[0]) if nested else 0
>>> nested = ()
>>> for _ in range(10_000):
...     nested = (nested,)
>>> depth(nested)
10000
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextvars import copy_context
from functools import partial, wraps
from inspect import currentframe
from typing import Any, ParamSpec, TypeVar, cast

from greenlet import getcurrent, greenlet

#: Calls of deep functions, one inside the other, before a recursion is given up.
DEEPEST = 100_000
#: More frames of Python than one call of a deep function leads to before the next.
_FRAMES = 20
#: The most calls of deep functions on one stack.
_MOST_CALLS = 25

_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")


class _Stack(greenlet):
    """One of the short stacks of a deep recursion."""

    #: How many more calls of deep functions it has room for.
    room: int = 0


def deep(function: Callable[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
    """A function that may call itself, by way of others too, up to `DEEPEST` calls deep.

    Raises:
        RecursionError: as an ordinary function does, where it is called from deeper than that.
    """

    @wraps(function)
    def call(*args: _Parameters.args, **kwargs: _Parameters.kwargs) -> _Result:
        stack = getcurrent()
        if not isinstance(stack, _Stack):
            return _on_stacks(partial(function, *args, **kwargs))
        if stack.room == 0:
            return _switch(stack.parent, partial(function, *args, **kwargs))
        stack.room -= 1
        try:
            return function(*args, **kwargs)
        finally:
            stack.room += 1

    return call


def _on_stacks(call: Callable[[], _Result]) -> _Result:
    """The result of a call, run on a stack of its own. A stack without room hands its next call in here."""
    depth, frame = 0, currentframe()
    while frame:
        depth, frame = depth + 1, frame.f_back
    room = min(_MOST_CALLS, max(1, (sys.getrecursionlimit() - depth) // _FRAMES - 2))
    context = copy_context()
    stacks, next_call, value, error = list[_Stack](), cast("Callable[[], Any] | None", call), None, None
    while True:
        if next_call:
            stacks.append(_Stack(next_call))
            stacks[-1].room, stacks[-1].gr_context = room, context
        stack = stacks[-1]
        try:
            value = stack.throw(error) if error else stack.switch(*([] if next_call else [value]))
        except BaseException as raised:
            stacks.pop()
            error = None
            if not stacks:
                raise
            next_call, error = None, raised
            continue
        error = None
        if stack.dead:
            stacks.pop()
            if not stacks:
                return value
            next_call = None
        elif len(stacks) * room < DEEPEST:
            next_call = value
        else:
            next_call, error = None, RecursionError(f"more than {DEEPEST} calls deep")


def _switch(parent: greenlet | None, call: Callable[[], _Result]) -> _Result:
    assert parent is not None
    return parent.switch(call)
