"""Standard output whose encoding lacks some characters: a Windows console, or a file in a C locale."""

from __future__ import annotations

import codecs
import io
import sys


def escape_unencodable() -> None:
    r"""Let standard output write what its encoding lacks as an escape, as standard error does in Python.

    For example, `print(neuron.explain())` writes `\u21a6` for `↦` where the encoding is ASCII, and ends in
    no `UnicodeEncodeError`. An output that has its own way with such characters keeps it, and so does UTF-8.
    """
    stream = sys.stdout
    if not isinstance(stream, io.TextIOWrapper) or stream.closed or stream.errors != "strict":
        return
    if codecs.lookup(stream.encoding).name != "utf-8":
        stream.reconfigure(errors="backslashreplace")
