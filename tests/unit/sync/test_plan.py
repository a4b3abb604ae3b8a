"""What an answer proves, and that asking always comes to an end with everything covered."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portdesk.domain.payments import STATUSES
from portdesk.store.checkpoints import Stretch
from portdesk.sync.plan import FIRST_SECOND, FULL_PAGE, SETTLE, SLOT, Ask, Plan, proven
from samples.payments import payment

NOW = FIRST_SECOND + 10 * SLOT + 12_345


def ask(status: str = "paid", since: int = 100, until: int = 200, limit: int = FULL_PAGE) -> Ask:
    return Ask(status=status, since=since, until=until, limit=limit, sorting="-paid")


def paid_at(*seconds: int) -> list:
    return [payment(n, paid_at=second) for n, second in enumerate(seconds)]


class TestProven:
    def test_an_answer_that_fits_holds_its_whole_stretch(self) -> None:
        assert proven(ask(), paid_at(150), total=1, unreadable=0) == (100, 200)
        assert proven(ask(), [], total=0, unreadable=0) == (100, 200)
        assert proven(ask(), paid_at(150), total=2, unreadable=1) == (100, 200)

    def test_a_longer_list_holds_down_to_its_oldest_second_which_may_be_torn(self) -> None:
        assert proven(ask(), paid_at(190, 170, 150), total=9, unreadable=0) == (151, 200)

    def test_one_second_that_does_not_fit_proves_nothing(self) -> None:
        assert proven(ask(), paid_at(200, 200), total=9, unreadable=0) is None

    @pytest.mark.parametrize("seconds", [(150, 190), (250, 150), (190, 50)])
    def test_an_order_that_was_not_asked_for_proves_nothing(self, seconds: tuple[int, ...]) -> None:
        assert proven(ask(), paid_at(*seconds), total=9, unreadable=0) is None

    def test_lists_without_an_order_by_their_time_prove_nothing_until_they_fit(self) -> None:
        rows = [payment(n, status="failed", failed_at=190 - n) for n in range(3)]
        assert proven(ask("failed"), rows, total=9, unreadable=0) is None

    def test_a_row_without_the_time_of_its_list_proves_nothing(self) -> None:
        assert proven(ask(), paid_at(190, 0), total=9, unreadable=0) is None


def run_through(plan: Plan, *, rows_at: dict[str, list[int]], at_once: int, most: int, dice) -> list[Ask]:
    """Answer every ask from a shop that does not move; several are under way at once."""
    asked, under_way = [], []
    for _ in range(20_000):
        while len(under_way) < at_once and (new := plan.next_ask()):
            assert new.until - new.since < SLOT
            assert all(
                other.status != new.status or other.until < new.since or new.until < other.since
                for other in under_way
            )
            under_way.append(new)
            asked.append(new)
        if not under_way:
            return asked
        done = under_way.pop(dice.randrange(len(under_way)))
        seconds = sorted((s for s in rows_at[done.status] if done.since <= s <= done.until), reverse=True)
        field = {"ready": "started_at", "paid": "paid_at", "cancelled": "cancelled_at", "failed": "failed_at"}
        page = [payment(n, **{field[done.status]: s}) for n, s in enumerate(seconds[: min(done.limit, most)])]
        span = proven(done, page, total=len(seconds), unreadable=0)
        if span is None and done.since == done.until and done.limit == FULL_PAGE:
            span = (done.since, done.until)
        plan.settle(done, span, total=len(seconds), received=len(page), read_at=plan.now)
        plan.release(done)
    raise AssertionError("it never ends")


moments = st.lists(
    st.one_of(
        st.integers(FIRST_SECOND, NOW),
        st.sampled_from([NOW - 5 * SLOT, NOW - 5 * SLOT + 1, NOW - 100, NOW]),
    ),
    max_size=40,
)


class TestPlan:
    @settings(max_examples=40)
    @given(st.fixed_dictionaries(dict.fromkeys(STATUSES, moments)), st.integers(1, 4), st.randoms())
    def test_every_second_of_every_status_is_covered_in_the_end(self, rows_at, at_once, dice) -> None:
        plan = Plan()
        plan.tick(NOW)
        run_through(plan, rows_at=rows_at, at_once=at_once, most=5, dice=dice)
        for status in STATUSES:
            assert plan.open_spans(status) == []
            assert plan.known_until(status) == NOW - SETTLE
            assert plan.reached(status) == FIRST_SECOND

    def test_the_newest_of_every_status_is_asked_first_and_short(self) -> None:
        plan = Plan()
        plan.tick(NOW)
        asks = [plan.next_ask() for _ in STATUSES]
        assert {new.status for new in asks} == set(STATUSES)
        assert {new.until for new in asks} == {NOW}
        assert {new.limit for new in asks} == {100}

    def test_what_was_covered_is_not_asked_again(self) -> None:
        covered = [Stretch(status=status, since=FIRST_SECOND, until=NOW - 500) for status in STATUSES]
        plan = Plan(covered)
        plan.tick(NOW)
        asks = [plan.next_ask() for _ in STATUSES]
        assert {(new.since, new.until) for new in asks} == {(NOW - 499, NOW)}
        assert plan.next_ask() is None

    def test_the_newest_seconds_are_read_again_after_a_tick(self, make_known) -> None:
        plan = make_known(NOW)
        assert plan.next_ask() is None
        plan.tick(NOW + 15)
        asks = [plan.next_ask() for _ in STATUSES]
        assert {(new.since, new.until) for new in asks} == {(NOW - SETTLE + 1, NOW + 15)}

    def test_what_was_released_without_an_answer_is_asked_again(self) -> None:
        plan = Plan()
        plan.tick(NOW)
        first = plan.next_ask()
        plan.release(first)
        second = plan.next_ask()
        assert (second.status, second.since, second.until) == (first.status, first.since, first.until)

    def test_a_clock_before_the_first_payment_still_asks(self) -> None:
        plan = Plan()
        plan.tick(5)
        assert plan.next_ask() is not None


@pytest.fixture
def make_known():
    def make(now: int) -> Plan:
        plan = Plan([Stretch(status=status, since=FIRST_SECOND, until=now - 500) for status in STATUSES])
        plan.tick(now)
        for _ in STATUSES:
            new = plan.next_ask()
            plan.settle(new, (new.since, new.until), total=0, received=0, read_at=now)
            plan.release(new)
        return plan

    return make
