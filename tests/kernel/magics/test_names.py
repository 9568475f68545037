"""What is meant by a magic that is not there."""

from __future__ import annotations

import pytest
from IPython.core.interactiveshell import InteractiveShell

from cajal_kernel.magics.names import MAGICS, no_magic


@pytest.mark.parametrize("name", MAGICS)
def test_a_letter_too_many_is_seen(shell: InteractiveShell, name: str) -> None:
    meant = str(no_magic(shell, "line", f"cajal_{name}e"))
    assert f"did you mean `%cajal_{name}`?" in meant
    assert f"did you mean `%cajal_{name}`?" in str(no_magic(shell, "line", f"CAJAL_{name}"))


@pytest.mark.parametrize(
    ("kind", "name", "says"),
    [
        (
            "cell",
            "cajal_show",
            "`%%cajal_show` is no magic, `%cajal_show` is one.\nhelp: write `%cajal_show`, on one line",
        ),
        (
            "line",
            "capture",
            "`%%capture` is one.\nhelp: write `%%capture` on the first line of a cell",
        ),
        ("cell", "cajl", "there is no magic `%%cajl`\nhelp: did you mean `%%cajal`?"),
        ("line", "z" * 100_000, "`%lsmagic` lists all magics"),
    ],
)
def test_the_other_kind_and_the_nearest(shell: InteractiveShell, kind: str, name: str, says: str) -> None:
    assert str(no_magic(shell, kind, name)).endswith(says)
