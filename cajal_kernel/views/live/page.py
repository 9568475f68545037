"""A live picture as a page of its own: one HTML file, which needs no kernel and no network."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape

from cajal_kernel.views.live.modules import bundle, style
from cajal_kernel.views.live.picture import Live

_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{
  color-scheme: light dark;
  --jp-ui-font-color1: CanvasText; --jp-ui-font-color2: light-dark(#616161, #a6a6a6);
}}
body {{ margin: 16px auto; max-width: 1280px; padding: 0 12px; }}
figure {{ margin: 0 0 24px; }}
{style}
</style>
</head>
<body>
<noscript><pre>{text}</pre></noscript>
{figures}
<script type="module">
{source}
</script>
</body>
</html>
"""

_FIGURE = """\
<figure class="cajal-page">
<script type="application/json">{json}</script>
<script type="text/plain">{data}</script>
</figure>"""


_STATIC = '<figure class="cajal-static">{html}</figure>'


def page(title: str, pictures: Sequence[Live | str], text: str) -> str:
    """The file: live pictures, and the HTML of those that have no live form.

    `text` is what it says where scripts do not run.

    Example:
        >>> "</html>" in page("not", [], "")
        True
    """
    lives = [picture for picture in pictures if isinstance(picture, Live)]
    kinds = list(dict.fromkeys(live.kind for live in lives))
    modules = bundle("shared/page.js", *(f"{kind}/picture.js" for kind in kinds))
    draws = ", ".join(f'modules["{live.kind}/picture.js"].draw' for live in lives)
    figures = [
        _STATIC.format(html=picture) if isinstance(picture, str) else _figure(picture) for picture in pictures
    ]
    return _PAGE.format(
        title=escape(title),
        style=style(),
        text=escape(text),
        figures="\n".join(figures),
        source=f'{modules}\nmodules["shared/page.js"].open([{draws}]);'.replace("</script", "<\\/script"),
    )


def _figure(live: Live) -> str:
    whole = live.whole() if live.whole else live
    return _FIGURE.format(
        json=whole.json.replace("<", "\\u003c"), data=base64.b64encode(whole.packed()[1]).decode("ascii")
    )
