"""jupytext: pairs of a notebook and a `.cajal` script, and Cajal cells in Markdown.

jupytext has a fixed list of languages, no way to add one, and loads no plug-ins. But what it knows of a
language is in tables, and Cajal's comments are those of Lua, so that Cajal gets what Lua has.

`register` has to be called wherever jupytext runs. `python -m cajal_kernel jupytext …` does, and so does the
extension of the Jupyter server that the wheel turns on. `jupytext --sync` alone needs a file `.jupytext.py`
that does, beside the notebook or above it.
"""

from __future__ import annotations

import re
from copy import copy

from jupytext import cell_reader, cell_to_text, formats, languages, magics, stringparser

LANGUAGE, EXTENSION = "cajal", ".cajal"
LIKE, LIKE_EXTENSION = "lua", ".lua"

OWN_MAGIC = re.compile(rf"%%{LANGUAGE}\b")


def register() -> None:
    """Let jupytext know Cajal. A second call changes nothing."""
    if EXTENSION in languages._SCRIPT_EXTENSIONS:
        return
    languages._SCRIPT_EXTENSIONS[EXTENSION] = {
        **languages._SCRIPT_EXTENSIONS[LIKE_EXTENSION],
        "language": LANGUAGE,
    }
    languages._COMMENT[LANGUAGE] = languages._COMMENT[LIKE]
    # A line with `!` is a magic in a cell, but none here: a comment of Cajal may well begin with that sign.
    for table in (magics._MAGIC_RE, magics._MAGIC_FORCE_ESC_RE, magics._MAGIC_NOT_ESC_RE):
        table[LANGUAGE] = table[LIKE]
    magics._ESCAPED_CODE_START[EXTENSION] = magics._ESCAPED_CODE_START[LIKE_EXTENSION]
    magics._SCRIPT_LANGUAGES.append(LANGUAGE)
    for like in [format for format in formats.JUPYTEXT_FORMATS if format.extension == LIKE_EXTENSION]:
        ours = copy(like)
        ours.extension = EXTENSION
        formats.JUPYTEXT_FORMATS.append(ours)
    formats.NOTEBOOK_EXTENSIONS.append(EXTENSION)
    _register_in_markdown()
    _keep_own_magic()
    _read_no_strings()


def _register_in_markdown() -> None:
    """A fence of Cajal is a cell, where it would be a piece of text."""
    names = {LANGUAGE, LANGUAGE.upper()}
    languages._JUPYTER_LANGUAGES.add(LANGUAGE)
    languages._JUPYTER_LANGUAGES_LOWER_AND_UPPER.update(names)
    reader = cell_reader.MarkdownCellReader
    alternatives = "|".join([LIKE, *sorted(names)])
    reader.start_code_re = re.compile(
        re.sub(rf"(?<=[(|]){LIKE}(?=[|)])", alternatives, reader.start_code_re.pattern)
    )


def _keep_own_magic() -> None:
    """Keep the line `%%cajal --nat 5` of a Cajal notebook: jupytext drops its own language's magics."""
    cell_language = cell_to_text.cell_language

    def ours(source: list[str], default_language: str, custom: list[str]) -> tuple[str | None, str | None]:
        if default_language == LANGUAGE and source and OWN_MAGIC.match(source[0]):
            return None, None
        return cell_language(source, default_language, custom)

    cell_to_text.cell_language = ours


def _read_no_strings() -> None:
    """Cajal has none, and a name such as x''' would begin one that hides the ends of all further cells."""
    begin = stringparser.StringParser.__init__

    def ours(self: stringparser.StringParser, language: str | None) -> None:
        begin(self, language)
        self.ignore = self.ignore or language == LANGUAGE

    stringparser.StringParser.__init__ = ours
