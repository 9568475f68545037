"""How many examples the laws are tried on."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants

#: Programs compared with the oracle. CI takes the same 400 each time; `CAJAL_EXAMPLES=50000` takes new ones.
DEFAULT = 400
ASKED = int(os.environ.get("CAJAL_EXAMPLES", "0"))


# Hypothesis tries constants from the source of all modules that are imported so far. With them the examples
# of CI would change with the code, and with the tests that ran before.
_CONSTANTS = Constants()
providers._get_local_constants = lambda: _CONSTANTS  # pyright: ignore[reportPrivateUsage]


def budget(examples: int) -> settings:
    """Settings for so many examples in CI, and in proportion where more are asked for."""
    return settings(
        max_examples=max(1, examples * (ASKED or DEFAULT) // DEFAULT),
        derandomize=not ASKED,
        # A failure is kept as a test, by hand; a database would make runs differ.
        database=None,
        deadline=None,
        # To find a smaller example takes minutes; who asks for examples has them.
        phases=[*Phase] if ASKED else [Phase.explicit, Phase.generate],
        # One bug shows at many lines of generated code, each of which would be shrunk.
        report_multiple_bugs=False,
        print_blob=bool(ASKED),
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    )
