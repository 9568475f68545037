"""The hook of the driver: what is done after each pass, for whoever asks.

The driver runs every pass through `Passes.run`, which times it and, where that is switched on, has its result
checked again and shows it:

    >>> passes = Passes(observe=print)
    >>> passes.run("double", lambda: [1] * 2)
    double [1, 1]
    [1, 1]
    >>> list(passes.timings)
    ['double']
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, TypeVar

#: Has every pass of this process checked again, whatever a program's `verify` says. The tests set it.
VERIFY_ALL = False

_Result = TypeVar("_Result")


class Timings(dict[str, float]):
    """The seconds that each pass took, by its name, in the order of their first runs.

    Example:
    >>> print(Timings({"lower": 0.25, "emit": 0.0125}))
    lower   250.00 ms
    emit     12.50 ms
    total   262.50 ms
    """

    def add(self, name: str, seconds: float) -> None:
        """Counts so many seconds more for a pass."""
        self[name] = self.get(name, 0.0) + seconds

    def plus(self, other: Timings) -> Timings:
        """The sums of two timings, as new ones."""
        total = Timings(self)
        for name, seconds in other.items():
            total.add(name, seconds)
        return total

    def __str__(self) -> str:
        rows = {**self, "total": sum(self.values())}
        width = max(map(len, rows))
        return "\n".join(f"{name:{width}} {1000 * seconds:8.2f} ms" for name, seconds in rows.items())


@dataclass(slots=True)
class Passes:
    """Runs passes, and keeps how long each took.

    With `verify`, the result of each pass is checked again, by other code than made it. `observe` is called
    with the name and the result of each pass that runs inside no other.
    """

    verify: bool = False
    observe: Callable[[str, Any], None] | None = None
    timings: Timings = field(default_factory=Timings)
    #: The seconds of passes that ran inside the one that runs now, and are counted already.
    _nested: float = field(default=0.0, init=False)

    def run(
        self,
        name: str,
        function: Callable[[], _Result],
        verify: Callable[[_Result], object] | None = None,
    ) -> _Result:
        """The result of a pass; `verify` checks it again.

        A pass that runs inside another is counted for itself only.

        Raises:
            InternalError: if the result breaks a rule, which is a mistake of the pass.
        """
        enclosing, self._nested = self._nested, 0.0
        observe, self.observe = self.observe, None
        start = perf_counter()
        try:
            result = function()
            self.timings.add(name, perf_counter() - start - self._nested)
            if verify and (self.verify or VERIFY_ALL):
                since = perf_counter()
                verify(result)
                self.timings.add("verify", perf_counter() - since)
        finally:
            self._nested = enclosing + perf_counter() - start
            self.observe = observe
        if observe:
            observe(name, result)
        return result
