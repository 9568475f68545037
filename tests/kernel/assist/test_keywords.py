"""Every word and sign of the language has a text of its own, and every example of a word runs."""

from __future__ import annotations

import pytest

import cajal_core as cajal
from cajal_kernel.assist.keywords import KEYWORDS, SIGNS, keyword_text


def test_every_word_has_its_rule() -> None:
    assert set(KEYWORDS) == cajal.KEYWORDS | {"tt", "ff"}
    for word in [*KEYWORDS, *SIGNS]:
        assert len(keyword_text(word)) > 20


@pytest.mark.parametrize("word", KEYWORDS)
def test_every_example_runs(word: str) -> None:
    assert cajal.Program().run(KEYWORDS[word].example)
    assert word in KEYWORDS[word].form or word in KEYWORDS[word].rule
