"""Names that are not declared, and the declared ones that are spelt like them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from cajal_core.base.confusables import difference, twin
from cajal_core.base.source import Span
from cajal_core.diagnostics.scope import Kind, UnknownName


def unknown_name(
    where: Span, name: str, declared: Iterable[str], kind: Kind = "name", hint: str | None = None
) -> UnknownName:
    """The mistake of a name that is not declared, with what may have been meant by it, or else the hint."""
    declared = list(declared)
    if same := twin(name, declared):
        return UnknownName(where, name, (), kind, difference(name, same))
    return UnknownName(where, name, nearest(name, declared), kind, hint)


def nearest(name: str, declared: Iterable[str]) -> tuple[str, ...]:
    """At most two declared names that are spelt like this one."""
    return tuple(dict.fromkeys(difflib.get_close_matches(name, list(declared), n=2, cutoff=0.6)))
