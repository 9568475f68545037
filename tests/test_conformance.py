"""docs/conformance.md names tests that are there, one or more for each of its promises."""

from __future__ import annotations

import re

from .conftest import ROOT


def test_every_promise_has_a_test_that_is_there() -> None:
    text = (ROOT / "docs" / "conformance.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| (.*) \| (.*) \|$", text, re.MULTILINE)
    assert len(rows) > 140
    assert [int(number) for number, *_ in rows] == list(range(1, len(rows) + 1))
    for _, promise, proof in rows:
        tests = re.findall(r"`((?:tests|benchmarks)/[\w/]+\.py)(?:::(\w+))?`", proof)
        assert tests, promise
        for file, name in tests:
            source = (ROOT / file).read_text(encoding="utf-8")
            assert not name or re.search(rf"^(?:def|class) {name}\b", source, re.MULTILINE), f"{file}::{name}"
