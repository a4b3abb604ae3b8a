"""Spans are sets of seconds, said shortly."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from portdesk.sync.spans import Spans

FLOOR, TOP = 0, 60
spans = st.tuples(st.integers(FLOOR, TOP), st.integers(FLOOR, TOP)).map(lambda ends: (min(ends), max(ends)))


def seconds(since: int, until: int) -> set[int]:
    return set(range(since, until + 1))


@given(st.lists(spans), st.lists(spans))
def test_they_behave_as_sets_do(added: list, removed: list) -> None:
    ours, model = Spans(), set()
    for span in added:
        ours.add(*span)
        model |= seconds(*span)
    for span in removed:
        ours.remove(*span)
        model -= seconds(*span)
    held = [seconds(*span) for span in ours]
    assert set().union(*held) == model
    gaps = list(ours.gaps(FLOOR, TOP))
    assert gaps == sorted(gaps, reverse=True)
    assert set().union(*(seconds(*gap) for gap in gaps)) == seconds(FLOOR, TOP) - model


@given(st.lists(spans))
def test_no_two_spans_touch(added: list) -> None:
    ours = list(Spans(added))
    assert all(before[1] + 1 < after[0] for before, after in pairwise(ours))
