"""The real core in seeded worlds, with a journal in memory. Replay one: make sim SEEDS=1 SEED=its number."""

from __future__ import annotations

from collections import Counter

import pytest

from sim.histories import History
from sim.judge import ViolationError
from sim.seeds import FIRST, chunks
from sim.variants import BLUNDERS
from sim.world import OUTSIDE_OUR_POWER

SEEDS = 100_000
WITHIN = 10_000
"""Seeds in which each broken variant has to be noticed; most are within fifty."""


@pytest.mark.campaign
@pytest.mark.parametrize("seeds", chunks(SEEDS), ids=str)
def test_no_history_breaks_an_invariant(seeds: range) -> None:
    for seed in seeds:
        try:
            History(seed).play()
        except ViolationError as violation:
            pytest.fail(f"{violation}\nreplay it: make sim SEEDS=1 SEED={seed}")


@pytest.mark.parametrize("name", BLUNDERS)
def test_the_judge_notices_each_broken_protocol(name: str) -> None:
    for seed in range(WITHIN):
        try:
            History(seed, core=BLUNDERS[name]).play()
        except ViolationError:
            return
    pytest.fail(f"{name} was not noticed")


def test_two_desks_and_a_racy_server_can_refund_twice_but_no_word_is_ever_false() -> None:
    broken = Counter()
    for seed in range(2_000):
        try:
            History(seed, world=OUTSIDE_OUR_POWER).play()
        except ViolationError as violation:
            broken[str(violation).partition(":")[0]] += 1

    assert set(broken) == {"M2"}
    assert broken["M2"] < 100


def test_the_same_seed_plays_the_same_history() -> None:
    first, second = (History(FIRST).play() for _ in range(2))

    assert first.rows == second.rows
