"""What a live picture sends."""

from __future__ import annotations

import json

import numpy as np
import pytest

from cajal_kernel.views.live.picture import Live


def test_arrays_are_sent_as_they_are_from_multiples_of_eight_bytes() -> None:
    arrays = {"a": np.array([1.5, np.nan], "f4"), "b": np.ones(3, "u1"), "c": np.array([[1e300]])}
    spec, data = Live("matrix", {"title": "x"}, arrays).packed()
    assert [entry["at"] for entry in spec["$arrays"].values()] == [0, 8, 16]
    assert np.frombuffer(data, "<f8", 1, 16).tolist() == [1e300]
    assert spec["$arrays"]["c"]["shape"] == [1, 1]


def test_other_arrays_and_numbers_that_json_lacks_are_refused() -> None:
    with pytest.raises(TypeError, match="complex128"):
        Live("matrix", {}, {"a": np.ones(2, complex)}).packed()
    with pytest.raises(ValueError, match="JSON"):
        _ = Live("matrix", {"low": float("nan")}).json


def test_the_text_of_a_spec_is_json() -> None:
    assert json.loads(Live("matrix", {"title": "</script>"}).json)["title"] == "</script>"
