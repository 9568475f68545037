"""Chains give what they give by hand, in memory as the page promises. `performance` has the times."""

from __future__ import annotations

import pytest

from benchmarks.chains import MEMORY, Chain, chains
from benchmarks.memory import peak

CHAINS = [*chains((4, 32))]


@pytest.mark.parametrize("chain", CHAINS, ids=lambda chain: f"{chain.name} {chain.count}")
def test_a_chain_keeps_no_more_than_twice_what_it_does_by_hand(chain: Chain) -> None:
    by_hand, ours = map(peak, chain.on(2_048))
    assert ours <= MEMORY * by_hand + 1_024  # beside single numbers, which no batch makes more
