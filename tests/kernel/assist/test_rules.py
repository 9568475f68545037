"""The typing rules, as JupyterLab serves them and as the kernel tells of them."""

from __future__ import annotations

import re

import pytest

from cajal_kernel.assist.cells import read
from cajal_kernel.assist.completion import word_at
from cajal_kernel.assist.hover import inspection
from cajal_kernel.assist.rules import FILE, sections
from cajal_kernel.program import NotebookProgram
from scripts import rules


def test_the_page_is_that_of_the_documentation() -> None:
    assert FILE.read_text(encoding="utf-8") == rules.page(), "run python -m scripts.rules"


def test_each_rule_has_an_anchor_and_its_section() -> None:
    documented = re.findall(r"^### (T-\w+)$", rules.SOURCE.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(documented) > 20
    assert list(sections()) == documented
    page = FILE.read_text(encoding="utf-8")
    assert re.findall(r'<section id="([\w-]+)">', page) == [name.lower() for name in documented]
    assert "<script" not in page


def test_what_a_link_of_the_page_names_is_on_it() -> None:
    page = FILE.read_text(encoding="utf-8")
    anchors = re.findall(r'id="([^"]*)"', page)
    assert re.findall(r'href="([^"]*)"', page) == [f"#{anchor}" for anchor in anchors]


def test_a_rule_is_told_as_text_and_as_html() -> None:
    bundle = inspection(NotebookProgram(), "T-Case")
    assert bundle is not None
    text = bundle["text/plain"]
    assert text.startswith(
        "T-Case\n\nΔ; Γ1 ⊢ s : T    for each constructor Ci of T, with fields Ai:   Δ; Γ2, xi:Ai ⊢ ti : B\n"
    )
    assert "\n\nRefused:\n\ndef turn (d : Dir) : Dir = case d { N => E | E => S | N => W }\n\n" in text
    assert text.endswith("the `case` lacks the arms of `S`, `W`")
    assert "\n\n\n" not in text
    assert bundle["text/html"].startswith("<h3>T-Case</h3>\n<pre>")
    assert inspection(NotebookProgram(), "T-Cases") is None


@pytest.mark.parametrize(
    ("code", "cursor", "word"),
    [
        ("T-If", 0, "T-If"),
        ("T-If", 1, "T-If"),
        ("T-If", 4, "T-If"),
        ("not T-LetPair x", 7, "T-LetPair"),
        ("T -o T", 0, "T"),
        ("T-o T", 0, "T"),
        ("T-Iff", 3, "Iff"),
        ("xT-If", 1, "xT"),
    ],
)
def test_the_hyphen_belongs_to_the_names_of_rules_alone(code: str, cursor: int, word: str) -> None:
    assert word_at(code, cursor) == word


@pytest.mark.parametrize("code", ["T-If?", "?T-If", " T-If ??\n"])
def test_a_rule_is_asked_for(code: str) -> None:
    assert read(code).asked == "T-If"


@pytest.mark.parametrize("code", ["T-o?", "T - If?", "f T-If?"])
def test_other_hyphens_ask_for_nothing(code: str) -> None:
    assert read(code).asked == ""
