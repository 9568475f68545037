"""The old name of jupytext's module."""

from __future__ import annotations

import subprocess
import sys

from cajal_kernel.integrations.jupytext import register
from tests.kernel.conftest import ROOT


def test_the_old_name_works_and_warns() -> None:
    code = "import cajal_kernel.editors.jupytext as old; print(old.register.__module__)"
    done = subprocess.run(
        [sys.executable, "-W", "always::DeprecationWarning", "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    assert done.stdout.strip() == register.__module__
    assert "cajal_kernel.editors is now cajal_kernel.integrations" in done.stderr
