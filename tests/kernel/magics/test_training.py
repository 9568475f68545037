"""How the line of `%train` is read; what it does is tested in tests/kernel/test_training.py."""

from __future__ import annotations

import pytest

from cajal_kernel.errors import MagicError
from cajal_kernel.magics.training import parts


@pytest.mark.parametrize(
    ("line", "term", "options"),
    [
        ("", "", []),
        ("net", "net", []),
        ("and true", "and true", []),
        ("net --data x, y", "net", ["--data=x, y"]),
        ("net --data=(x, y) -o h", "net", ["--data=(x, y)", "-o", "h"]),
        (
            "net --loss lambda r, t: (r -t).sum() --rate 1e-2",
            "net",
            ["--loss=lambda r, t: (r -t).sum()", "--rate=1e-2"],
        ),
        ("net --data a --b --epochs 3", "net", ["--data=a", "--b", "--epochs=3"]),
        ("net --data x - -o", "net", ["--data=x -", "-o"]),
        ("net --data x -- at first --epochs 3", "net", ["--data=x"]),
        ("--data x --rate", "", ["--data=x", "--rate"]),
        ("net --data {'a': 1}['a']", "net", ["--data={'a': 1}['a']"]),
    ],
)
def test_an_option_reaches_to_the_next(line: str, term: str, options: list[str]) -> None:
    assert parts(line) == (term, options)


def test_a_comment_of_python_is_none() -> None:
    with pytest.raises(MagicError, match="`#` begins no comment"):
        parts("net --data x # all of it")
