"""The old name of the server's extension, which a configuration may still have."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kernel.conftest import NOT
from tests.kernel.integrations.conftest import save_pair, serving


@pytest.mark.usefixtures("kernels")
def test_a_server_takes_the_old_name(tmp_path: Path) -> None:
    with serving("cajal_kernel.editors.server", tmp_path) as server:
        save_pair(server)
    assert f"-- %%\n{NOT}" in (tmp_path / "pair.cajal").read_text(encoding="utf-8")
