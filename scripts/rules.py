"""The typing rules as a page that JupyterLab serves with the extension: docs/rules.md is not in the wheel.

    python -m scripts.rules

An error links to its rule there, and the kernel's inspection takes its sections.
"""

from __future__ import annotations

import re

import mistune

from cajal_kernel.assist.rules import FILE
from cajal_kernel.assist.tokens import EXTENSION

SOURCE = EXTENSION.parents[1] / "docs" / "rules.md"
HEAD = """\
<!doctype html>
<!-- Written by scripts/rules.py from docs/rules.md. -->
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>The typing rules of Cajal</title>
<style>
:root { color-scheme: light dark; --line: #d0d0d0; --code: #f4f4f4; --mark: #fff3c4 }
@media (prefers-color-scheme: dark) { :root { --line: #484848; --code: #262626; --mark: #4a4122 } }
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; font: 16px/1.5 system-ui, sans-serif }
nav a { display: inline-block; margin-right: 0.8em }
section { border-top: 1px solid var(--line) }
section:target h3 { background: var(--mark) }
code, pre { font-family: ui-monospace, monospace; font-size: 0.9em; background: var(--code) }
code { padding: 0 0.2em }
pre { padding: 0.6em 0.8em; overflow-x: auto; line-height: 1.35 }
pre code { padding: 0; font-size: 1em; background: none }
</style>
</head>
<body>
"""


class Renderer(mistune.HTMLRenderer):
    def link(self, text: str, url: str, title: str | None = None) -> str:
        """The text alone: the other pages of docs/ are not there."""
        return text


def page() -> str:
    """The file."""
    # Each part begins with a heading; the first is the introduction.
    parts = re.split(r"^(?=#{2,3} )", SOURCE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    names = [match[1] for part in parts if (match := RULE.match(part))]
    links = "\n".join(f'<a href="#{name.lower()}">{name}</a>' for name in names)
    introduction, *rest = map(_part, parts)
    return f"{HEAD}{introduction}<nav>\n{links}\n</nav>\n{''.join(rest)}</body>\n</html>\n"


RULE = re.compile(r"### (T-\w+)$", re.MULTILINE)
_render = mistune.create_markdown(renderer=Renderer())


def _part(text: str) -> str:
    rule = RULE.match(text)
    if rule is None:
        return str(_render(text))
    for word in ("Accepted", "Refused"):
        text = text.replace("\n```cajal\n", f"\n{word}:\n\n```\n", 1)
    return f'<section id="{rule[1].lower()}">\n{_render(text)}</section>\n'


if __name__ == "__main__":
    FILE.write_text(page(), encoding="utf-8")
    print(FILE)
