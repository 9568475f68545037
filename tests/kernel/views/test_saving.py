"""Pictures as files."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import pytest

from cajal_kernel.errors import MagicError
from cajal_kernel.views.live.picture import Live
from cajal_kernel.views.picture import Picture
from cajal_kernel.views.saving import save

PNG = f'<img src="data:image/png;base64,{base64.b64encode(b"a png").decode()}" alt="a" />'
SVG = f'<img src="data:image/svg+xml;base64,{base64.b64encode(b"<svg/>").decode()}" />'
SVG_NAME = 'xmlns="http://www.w3.org/2000/svg"'
LIVE = Live("curves", {"lines": [], "title": "", "text": ""})


def test_a_page_has_the_live_forms_and_the_static_ones_of_others(tmp_path: Path) -> None:
    pictures = [Picture("one", f"<b>one</b>{PNG}", LIVE), Picture("two", "<b>two</b>")]
    (path,) = save("both", pictures, tmp_path / "both.html")
    text = path.read_text(encoding="utf-8")
    assert text.count('class="cajal-page"') == 1
    assert "<b>one</b>" not in text
    assert '<figure class="cajal-static"><b>two</b></figure>' in text
    assert "<noscript><pre>one\n\ntwo</pre></noscript>" in text


@pytest.mark.parametrize(
    ("html", "name", "content"),
    [
        (f"<b>a</b>{PNG}", "a.png", b"a png"),
        (PNG, "a.PNG", b"a png"),
        (SVG, "a.svg", b"<svg/>"),
        (
            "<p><svg width='2'><g/></svg></p>",
            "a.svg",
            b"<svg xmlns=\"http://www.w3.org/2000/svg\" width='2'><g/></svg>",
        ),
    ],
)
def test_an_image_is_the_static_one(tmp_path: Path, html: str, name: str, content: bytes) -> None:
    assert save("a", [Picture("", html, LIVE)], tmp_path / name) == [tmp_path / name]
    assert (tmp_path / name).read_bytes() == content


def test_of_several_images_each_has_a_file(tmp_path: Path) -> None:
    drawn = "<svg><g/></svg>"
    paths = save("a", [Picture("", f"<p>{SVG}{drawn}</p>{PNG}"), Picture("", drawn)], tmp_path / "a.svg")
    assert [path.name for path in paths] == ["a-1.svg", "a-2.svg", "a-3.svg"]
    assert paths[0].read_bytes() == b"<svg/>"
    assert paths[1].read_bytes() == paths[2].read_bytes() == f"<svg {SVG_NAME}><g/></svg>".encode()
    assert sorted(tmp_path.iterdir()) == paths


@pytest.mark.parametrize(
    ("html", "name", "says"),
    [
        ("<table></table>", "a.png", "no form for the ending `.png`.\nhelp: what can be written is `.html`"),
        (PNG, "a.svg", "no form for the ending `.svg`.\nhelp: what can be written is `.html` or `.png`"),
        (PNG, "a", "it has no ending.\nhelp: what can be written is `.html` or `.png`"),
        (PNG, ".", "is a folder.\nhelp: write the name of a file in it"),
        (PNG, "none/a.png", "No such file or directory.\nhelp: the folder must be there"),
        (PNG, "a\0.png", "null byte"),
    ],
)
def test_what_cannot_be_written(tmp_path: Path, html: str, name: str, says: str) -> None:
    with pytest.raises(MagicError) as caught:
        save("a", [Picture("", html)], tmp_path / name)
    assert says in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.html")
    with pytest.raises(MagicError, match="a device or a pipe"):
        save("a", [Picture("", "")], tmp_path / "a.html")


def test_an_old_picture_is_replaced_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.html"
    save("a", [Picture("old", "")], file)
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError("stopped")))
    with pytest.raises(MagicError, match="stopped"):
        save("a", [Picture("new", "")], file)
    assert "old" in file.read_text(encoding="utf-8")
    assert list(tmp_path.iterdir()) == [file]
