"""What a mistake of naming advises, and the rule that it names."""

import pytest

from cajal_core.base.source import Source, Span
from cajal_core.diagnostics.scope import Kind, TypeAsTerm, UnknownName

SPAN = Span(Source("cell", "x"), 0, 1)


@pytest.mark.parametrize(
    ("kind", "rule"), [("name", "T-Name"), ("type", "T-NamedType"), ("constructor", "T-Constructor")]
)
def test_the_rule_is_that_of_the_kind_of_name(kind: Kind, rule: str) -> None:
    mistake = UnknownName(SPAN, "x", (), kind)
    assert (mistake.rule, mistake.title) == (rule, f"unknown {kind} `x`")


def test_the_best_advice_comes_first() -> None:
    assert UnknownName(SPAN, "True", ("true",), hint="hint").help == "write `true`"
    assert UnknownName(SPAN, "nott", ("not", "note"), hint="hint").help == "did you mean `not` or `note`?"
    assert UnknownName(SPAN, "nott", (), hint="hint").help == "hint"
    assert UnknownName(SPAN, "nott", ()).help is None


def test_where_the_values_of_a_type_come_from() -> None:
    assert TypeAsTerm(SPAN, "Dir", ("N", "E")).help == "its values are `N`, `E`"
    assert TypeAsTerm(SPAN, "Image", ()).help == "its values come from Python: `extern x : Image`"
