"""Cajal for Pygments, and so for nbconvert, Sphinx and consoles."""

from __future__ import annotations

import re
from typing import ClassVar

from pygments.lexer import RegexLexer, bygroups, words
from pygments.token import Comment, Keyword, Name, Number, Operator, Punctuation, Text, Whitespace

from cajal_kernel.assist.tokens import BRACKETS, OPERATORS, WORDS

# λ is a token of its own and never part of a name.
LETTER = r"(?:(?!λ)[\w'])"
NAME = rf"(?:(?![\dλ'])\w){LETTER}*"
END = rf"(?!{LETTER})"


class CajalLexer(RegexLexer):
    """Cells and `.cajal` files; a line that begins with `%` or `!` is a magic."""

    name = "Cajal"
    aliases: ClassVar = ["cajal"]
    filenames: ClassVar = ["*.cajal"]
    mimetypes: ClassVar = ["text/x-cajal"]
    url = "https://arxiv.org/abs/2511.13769"
    version_added = ""
    flags = re.MULTILINE
    tokens: ClassVar = {
        "root": [
            (r"^(?:%%?[^\W\d]|!).*", Comment.Preproc),
            (r"\s+", Whitespace),
            (r"--[^\n]*", Comment.Single),
            (r"\{-", Comment.Multiline, "comment"),
            (
                rf"({'|'.join(WORDS['declaration'])}){END}(\s+)({NAME})",
                bygroups(Keyword.Declaration, Whitespace, Name.Function),
            ),
            (words(WORDS["declaration"], suffix=END), Keyword.Declaration),
            (words(WORDS["control"], suffix=END), Keyword),
            (words(WORDS["boolean"] + WORDS["number"], suffix=END), Keyword.Constant),
            (words(WORDS["type"], suffix=END), Keyword.Type),
            (rf"\d+{END}", Number.Integer),
            (NAME, Name),
            (words(OPERATORS), Operator),
            (words(BRACKETS), Punctuation),
            (r".", Text),
        ],
        "comment": [
            (r"\{-", Comment.Multiline, "#push"),
            (r"-\}", Comment.Multiline, "#pop"),
            (r"[^{}-]+|[{}-]", Comment.Multiline),
        ],
    }
