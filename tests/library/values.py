"""Values of Cajal as values of Python, and the other way round as terms."""

from __future__ import annotations

from collections import Counter
from typing import Any, assert_never

from cajal_core import CajalError, Program
from cajal_core.terms import values
from cajal_core.terms.values import Value


def plain(value: Value) -> Any:
    """A truth, a number, a string for a constructor, a tuple for a pair or a constructor with fields, a list.

    Several results are a dictionary that has the count of each.
    """
    match value:
        case values.Truth(truth):
            return truth
        case values.Number(number):
            return number
        case values.Nothing():
            return ()
        case values.Tag(name, fields):
            return (name, *map(plain, fields)) if fields else name
        case values.Both(left, right):
            return plain(left), plain(right)
        case values.ListValue(elements):
            return [plain(element) for element in elements]
        case values.Components(parts):
            return [plain(part) for part in parts]
        case values.Superposition(results):
            return {plain(result): count for result, count in results}
        case other:
            assert_never(other)


def written(value: Any) -> str:
    """The term of a value of Python: strings are terms already."""
    match value:
        case bool():
            return "true" if value else "false"
        case int() | str():
            return str(value)
        case tuple():
            return f"({', '.join(map(written, value))})"
        case list():
            return f"[{', '.join(map(written, value))}]"
        case other:
            raise TypeError(other)


def call(program: Program, name: str, *arguments: Any) -> Any:
    """The result of a definition at arguments; None where it fails."""
    try:
        return plain(program.evaluate(" ".join([name, *map(written, arguments)])))
    except CajalError as error:
        if "fails" not in str(error):
            raise
        return None


def counts(result: Any) -> Counter[Any]:
    """Results of a call with their counts."""
    return Counter(result if isinstance(result, dict) else [] if result is None else [result])


def nested(*values: Any) -> Any:
    """The pair of pairs that `(a, b, c)` is: `((a, b), c)`."""
    left, *others = values
    for right in others:
        left = (left, right)
    return left
