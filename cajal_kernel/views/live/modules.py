r"""JavaScript modules as one text, since a page that a kernel or a file fills cannot import its neighbours.

The modules of the folder js are ES modules, so that Node, a browser and a type checker read them as they are.
Here each becomes a function that returns its exports:

>>> print(bundle("shared/numbers.js").partition("\n")[0])
const modules = {};

The only imports and exports are `import { name, name as other } from "./file.js";` at the start of a line and
`export` before a function, a class or a `const`.
"""

from __future__ import annotations

import posixpath
import re
from functools import cache
from pathlib import Path

JAVASCRIPT = Path(__file__).parents[1] / "js"

_IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.[^"]*)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function\*?|class|const) (\w+))", re.MULTILINE)
_OTHER = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


@cache
def bundle(*entries: str) -> str:
    """These modules, by their paths in the folder js, and all that they import, each before who imports it.

    What a module exports is `modules[path]` behind it.

    Raises:
        ValueError: if a module imports or exports in another form.
    """
    order: dict[str, str] = {}
    for entry in entries:
        _collect(entry, order, ())
    return "\n".join(["const modules = {};", *order.values()])


def _collect(path: str, order: dict[str, str], importers: tuple[str, ...]) -> None:
    if path in order:
        return
    if path in importers:
        raise ValueError(f"{path} imports itself, through {' and '.join(importers)}")
    text = (JAVASCRIPT / path).read_text(encoding="utf-8")

    def imported(match: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), match[2]))
        _collect(target, order, (*importers, path))
        return f'const {{{match[1].replace(" as ", ": ")}}} = modules["{target}"];'

    body = _IMPORT.sub(imported, text)
    names = _EXPORT.findall(body)
    body = _EXPORT.sub("", body)
    if other := _OTHER.search(body):
        raise ValueError(f"{path} has a form of import or export that no bundle takes: {other[0]}")
    order[path] = f'modules["{path}"] = (() => {{\n{body}\nreturn {{ {", ".join(names)} }};\n}})();'


@cache
def style() -> str:
    """The style sheets of all live pictures, those first that they share."""
    sheets = sorted(JAVASCRIPT.rglob("*.css"), key=lambda path: (path.parent.name != "shared", path))
    return "\n".join(path.read_text(encoding="utf-8") for path in sheets)
