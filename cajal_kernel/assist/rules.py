"""The typing rules, which errors name: the sections of a page for JupyterLab.

scripts/rules.py makes the page of docs/rules.md.
"""

from __future__ import annotations

import re
from functools import cache
from html import unescape

from cajal_kernel.assist.tokens import EXTENSION

FILE = EXTENSION / "static" / "rules.html"
NAME = re.compile(r"\bT-[A-Z]\w*")
#: No rule has a longer name.
_LONGEST = 100
_SECTION = re.compile(r"<section[^>]*>\n(<h3>(.*?)</h3>.*?)</section>", re.DOTALL)
_END = re.compile(r"</(?:h3|p|pre)>")
_TAG = re.compile(r"<[^>]*>")
_GAP = re.compile(r"\n{3,}")


@cache
def sections() -> dict[str, str]:
    """The HTML of each rule's section, by the rule's name. The page is read when it is first asked for."""
    return {match[2]: match[1] for match in _SECTION.finditer(FILE.read_text(encoding="utf-8"))}


def rule_html(name: str) -> str | None:
    """The section of a rule; None if there is no such rule."""
    return sections().get(name) if NAME.fullmatch(name) else None


def rule_at(code: str, cursor: int) -> str | None:
    """The rule whose name is around a cursor. Nothing else in Cajal has a hyphen between letters."""
    around = (
        match
        for match in NAME.finditer(code, max(0, cursor - _LONGEST), cursor + _LONGEST)
        if match.start() <= cursor <= match.end()
    )
    return next((match[0] for match in around if rule_html(match[0])), None)


def plain(html: str) -> str:
    """The text of a section, whose lines are short already, with a blank one behind each paragraph."""
    return _GAP.sub("\n\n", unescape(_TAG.sub("", _END.sub("\n", html)))).strip()
