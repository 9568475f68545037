"""A live picture as a file of its own."""

from __future__ import annotations

import base64
import re

import numpy as np

from cajal_kernel.views.live.page import page
from cajal_kernel.views.live.picture import Live


def test_a_page_holds_its_numbers_and_loads_nothing() -> None:
    live = Live("curves", {"name": "</script><b>"}, {"points": np.arange(3.0)})
    text = page("a < b", [live], "as <text>")
    assert "<title>a &lt; b</title>" in text
    assert "as &lt;text&gt;" in text
    assert "</script><b>" not in text
    (data,) = re.findall(r'<script type="text/plain">(.*)</script>', text)
    assert np.frombuffer(base64.b64decode(data)).tolist() == [0, 1, 2]
    assert not re.search(r"""(src|href)=["']""", text)
