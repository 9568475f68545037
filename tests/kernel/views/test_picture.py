"""The forms of a picture."""

from __future__ import annotations

from cajal_kernel.views.picture import Picture


def test_a_live_picture_takes_the_place_of_the_html() -> None:
    picture = Picture("text", "<b>html</b>")
    assert picture.bundle("cajal-1") == {
        "text/plain": "text",
        "text/html": '<div class="cajal-view cajal-1"><b>html</b></div>',
    }
    assert picture.bundle("")["text/html"] == "<b>html</b>"
