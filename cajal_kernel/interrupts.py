"""Where an interrupt may strike. Half an import, or half a picture, is worse than a moment's wait."""

from __future__ import annotations

import _thread
import gc
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from inspect import unwrap
from types import FrameType
from typing import TypeAlias

from greenlet import getcurrent, greenlet

Handler: TypeAlias = Callable[[int, FrameType | None], object]

PAUSE = 0.05
"""How often an interrupt that waits looks whether it may strike, in seconds."""

IMPORT = "<frozen importlib._bootstrap>"
DRAWING = f"{os.sep}matplotlib{os.sep}"

collecting = False
"""Whether the garbage collector runs. Python swallows what a weak reference's callback raises then."""


def _collector(phase: str, _: dict[str, int]) -> None:
    global collecting  # noqa: PLW0603  # the collector is one for the process
    collecting = phase == "start"


gc.callbacks.append(_collector)


@contextmanager
def stoppable() -> Iterator[None]:
    """Cajal's own work: an interrupt is told in one line, since the frames that it hit say nothing to a user.

    It spares imports. One that is cut in two leaves modules behind that fail ever after, and torch and
    matplotlib import much of themselves only when it is first used. It spares matplotlib's drawing, whose C++
    code turns an interrupt into an error of its own.
    """
    try:
        with _waiting(_importing_or_drawing):
            yield
    except KeyboardInterrupt as stop:
        lines = ["KeyboardInterrupt: the cell was stopped. Definitions made before it are kept."]
        stop._render_traceback_ = lambda: lines  # type: ignore[attr-defined]  # IPython asks the instance
        raise


@contextmanager
def held() -> Iterator[None]:
    """A short piece of work that is done whole: an interrupt strikes behind it."""
    with _waiting(lambda _: True):
        yield


@contextmanager
def only_within(function: Callable[..., object], strike: Handler | None = None) -> Iterator[None]:
    """Work around a function that may be interrupted, and may not be itself: an interrupt waits for it.

    `strike` is what an interrupt does then, if not what it does outside.
    """
    code = unwrap(function).__code__
    with _waiting(lambda frame: all(caller.f_code is not code for caller in _stack(frame)), strike):
        yield


def _importing_or_drawing(frame: FrameType | None) -> bool:
    files = [caller.f_code.co_filename for caller in _stack(frame)]
    return any(file == IMPORT or DRAWING in file for file in files)


def _stack(frame: FrameType | None) -> Iterator[FrameType]:
    """A frame and its callers. A deep recursion of the compiler runs on a stack of its own, a greenlet."""
    stack: greenlet | None = getcurrent()
    while frame:
        yield frame
        frame = frame.f_back
        if frame is None and stack and stack.parent:
            stack = stack.parent
            frame = stack.gr_frame


@contextmanager
def _waiting(spared: Callable[[FrameType | None], bool], strike: Handler | None = None) -> Iterator[None]:
    """Let an interrupt wait where `spared` says so, until the end of the block at the latest.

    It waits for the collector too. Where Python swallows it all the same, as in a `__del__`, it strikes
    again.
    """
    before, unraisable = signal.getsignal(signal.SIGINT), sys.unraisablehook
    # Signals reach the main thread alone; a handler that is no function is one that ignores them.
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield
        return
    waiting = False

    def interrupted(number: int, frame: FrameType | None) -> None:
        nonlocal waiting
        if collecting or spared(frame):
            wait()
        else:
            waiting = False
            (strike or before)(number, frame)

    def swallowed(error: sys.UnraisableHookArgs) -> None:
        if issubclass(error.exc_type, KeyboardInterrupt):
            wait()
        else:
            unraisable(error)

    def wait() -> None:
        nonlocal waiting
        if not waiting:
            waiting = True
            # Not a `Timer`: what was interrupted may hold the lock that starting one needs.
            _thread.start_new_thread(ask, ())

    def ask() -> None:
        while waiting:
            time.sleep(PAUSE)
            if waiting:
                _interrupt_main()

    signal.signal(signal.SIGINT, interrupted)
    sys.unraisablehook = swallowed
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        sys.unraisablehook = unraisable
        if waiting:
            waiting = False
            signal.raise_signal(signal.SIGINT)


def _interrupt_main() -> None:
    if hasattr(signal, "pthread_kill"):  # which wakes a thread that sleeps
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
    else:
        _thread.interrupt_main()
