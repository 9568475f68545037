"""Where an interrupt may strike. Half an import, or half a picture, is worse than a moment's wait."""

from __future__ import annotations

import _thread
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from inspect import unwrap
from types import FrameType

from greenlet import getcurrent, greenlet

PAUSE = 0.05
"""How often an interrupt that waits looks whether it may strike, in seconds."""

IMPORT = "<frozen importlib._bootstrap>"


@contextmanager
def stoppable() -> Iterator[None]:
    """Cajal's own work: an interrupt is told in one line, since the frames that it hit say nothing to a user.

    It spares imports. One that is cut in two leaves modules behind that fail ever after, and torch and
    matplotlib import much of themselves only when it is first used.
    """
    try:
        with _waiting(_importing):
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
def only_within(function: Callable[..., object]) -> Iterator[None]:
    """Work around a function that may be interrupted, and may not be itself: an interrupt waits for it."""
    code = unwrap(function).__code__
    with _waiting(lambda frame: all(caller.f_code is not code for caller in _stack(frame))):
        yield


def _importing(frame: FrameType | None) -> bool:
    return any(caller.f_code.co_filename == IMPORT for caller in _stack(frame))


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
def _waiting(spared: Callable[[FrameType | None], bool]) -> Iterator[None]:
    """Let an interrupt wait where `spared` says so, until the end of the block at the latest."""
    before = signal.getsignal(signal.SIGINT)
    # Signals reach the main thread alone; a handler that is no function is one that ignores them.
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield
        return
    waiting = False

    def interrupted(number: int, frame: FrameType | None) -> None:
        nonlocal waiting
        if not spared(frame):
            waiting = False
            before(number, frame)
        elif not waiting:
            waiting = True
            # Not a `Timer`: what was interrupted may hold the lock that starting one needs.
            _thread.start_new_thread(ask, ())

    def ask() -> None:
        while waiting:
            time.sleep(PAUSE)
            if waiting:
                _interrupt_main()

    signal.signal(signal.SIGINT, interrupted)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if waiting:
            waiting = False
            signal.raise_signal(signal.SIGINT)


def _interrupt_main() -> None:
    if hasattr(signal, "pthread_kill"):  # which wakes a thread that sleeps
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
    else:
        _thread.interrupt_main()
