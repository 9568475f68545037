"""Chains give what they give by hand, in memory as the page promises. `performance` has the times."""

from __future__ import annotations

import pytest

from benchmarks.chains import BATCHES, BYTES, MEMORY, Chain, chains
from benchmarks.memory import peak

CHAINS = [*chains((4, 32))]
BATCH = 2_048


@pytest.mark.parametrize("chain", CHAINS, ids=lambda chain: f"{chain.name} {chain.count}")
def test_a_chain_keeps_no_more_than_twice_what_it_does_by_hand(chain: Chain) -> None:
    by_hand, ours = map(peak, chain.on(BATCH))
    assert ours <= MEMORY * by_hand + 1_024  # beside single numbers, which no batch makes more


@pytest.mark.parametrize("chain", CHAINS, ids=lambda chain: f"{chain.name} {chain.count}")
def test_a_chain_without_a_gradient_takes_no_more_than_it_may(chain: Chain) -> None:
    by_hand, ours = map(peak, chain.forward(BATCH))
    assert ours <= min(MEMORY * by_hand, BYTES * BATCH // BATCHES[-1]) + 1_024
