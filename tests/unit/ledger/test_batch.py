from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from portdesk.domain.errors import InputError
from portdesk.ledger.batch import (
    Breaker,
    Limits,
    Next,
    Part,
    Plan,
    PlanRow,
    check_plan,
    latest_by_row,
    next_rows,
    report,
)
from portdesk.ledger.states import State
from samples.instructions import in_state, planned, seen


def plan(*amounts: int, **fields: Any) -> Plan:
    rows = tuple(PlanRow(subject=f"imp_{n}", amount=amount, balance=9000) for n, amount in enumerate(amounts))
    return Plan(**{"id": "b1", "shop": "f00d", "actor": "kim", "currency": "KRW", "rows": rows} | fields)


def done(**states: State) -> dict[int, Any]:
    return {int(n[1:]): in_state(state) for n, state in states.items()}


class TestCheck:
    def test_a_sound_plan_passes_at_its_limits(self) -> None:
        check_plan(plan(1, 9000), Limits(most_rows=2, most_amount=9001))
        check_plan(plan(1), Limits())

    @pytest.mark.parametrize(
        ("wrong", "limits"),
        [
            (plan(), Limits()),
            (plan(0), Limits()),
            (plan(-5), Limits()),
            (plan(9001), Limits()),
            (plan(1, 0), Limits()),
            (plan(9001, 1), Limits()),
            (plan(1, 2), Limits(most_rows=1)),
            (plan(5, 5), Limits(most_amount=9)),
            (plan(rows=(PlanRow(subject="", amount=1, balance=1),)), Limits()),
            (plan(rows=tuple(PlanRow(subject=uid, amount=1, balance=1) for uid in ("a", ""))), Limits()),
            (plan(rows=(PlanRow(subject="a", amount=1, balance=1),) * 2), Limits()),
        ],
    )
    def test_others_do_not(self, wrong: Plan, limits: Limits) -> None:
        with pytest.raises(InputError):
            check_plan(wrong, limits)

    def test_a_limit_is_named(self) -> None:
        with pytest.raises(InputError, match="allows 1 rows"):
            check_plan(plan(1, 2), Limits(most_rows=1))

    def test_the_total_and_the_fingerprint_stand_for_every_row(self) -> None:
        assert plan(1, 2).total == 3
        assert plan(1, 2).fingerprint == plan(1, 2).fingerprint != plan(2, 1).fingerprint


class TestNext:
    def test_two_at_a_time_from_the_top(self) -> None:
        assert next_rows(plan(1, 1, 1), {}, breaker=Breaker()) == (0, 1)
        assert next_rows(plan(1, 1, 1), {}, breaker=Breaker(), under_way={0}) == (1,)
        assert next_rows(plan(1, 1, 1), {}, breaker=Breaker(), under_way={0, 1}) is Next.WAIT

    def test_what_has_begun_is_not_begun_again(self) -> None:
        left_behind = done(_0=State.NOT_SENT, _1=State.NOT_APPLIED)

        assert next_rows(plan(1, 1, 1), left_behind, breaker=Breaker()) == (2,)
        assert next_rows(plan(1, 1), left_behind, breaker=Breaker()) is Next.FINISHED
        assert next_rows(plan(1, 1), {}, breaker=Breaker(), skipped={0, 1}) is Next.FINISHED

    @pytest.mark.parametrize("state", [State.PLANNED, State.SENDING, State.UNKNOWN, State.REFUSED])
    def test_after_a_stop_everything_open_is_settled_first(self, state: State) -> None:
        open_rows = done(_0=state)

        assert next_rows(plan(1, 1), open_rows, breaker=Breaker(), is_fresh=True) is Next.WAIT
        assert next_rows(plan(1, 1), open_rows, breaker=Breaker()) == (1,)
        assert next_rows(plan(1), open_rows, breaker=Breaker()) is Next.WAIT

    def test_what_a_person_has_to_decide_holds_nothing_up(self) -> None:
        rows = done(_0=State.HUMAN)

        assert next_rows(plan(1, 1), rows, breaker=Breaker(), is_fresh=True) == (1,)
        assert next_rows(plan(1), rows, breaker=Breaker()) is Next.FINISHED

    def test_a_pause_lets_what_is_under_way_end(self) -> None:
        assert next_rows(plan(1, 1), {}, breaker=Breaker(), is_paused=True, under_way={0}) is Next.WAIT
        assert next_rows(plan(1, 1), {}, breaker=Breaker(), is_paused=True) is Next.PAUSED

    def test_an_open_breaker_pauses(self) -> None:
        assert next_rows(plan(1), {}, breaker=Breaker(unclear=3)) is Next.PAUSED


class TestBreaker:
    def after(self, *states: State) -> Breaker:
        breaker = Breaker()
        for state in states:
            breaker = breaker.after(state)
        return breaker

    def test_three_without_a_clear_answer_in_a_row(self) -> None:
        assert not self.after(State.UNKNOWN, State.NOT_SENT).is_open
        assert self.after(State.UNKNOWN, State.UNKNOWN, State.NOT_SENT).is_open

    def test_five_refusals_in_a_row(self) -> None:
        assert not self.after(*[State.REFUSED] * 4).is_open
        assert self.after(*[State.REFUSED] * 5).is_open

    def test_a_success_begins_anew(self) -> None:
        assert not self.after(*[State.UNKNOWN] * 2, State.CONFIRMED, *[State.UNKNOWN] * 2).is_open
        assert self.after(*[State.REFUSED] * 4, State.CONFIRMED).refused == 0

    def test_the_two_rows_are_counted_apart(self) -> None:
        assert self.after(State.UNKNOWN, State.REFUSED) == Breaker(refused=1)
        assert self.after(State.REFUSED, State.UNKNOWN) == Breaker(unclear=1)


class TestReport:
    def test_it_adds_up_over_every_state(self) -> None:
        states = list(State)
        whole = plan(*(10**n for n in range(1, 4)), *range(1, len(states)))
        sums = report(whole, {n: in_state(state) for n, state in enumerate(states)})

        assert sum(part.rows for part in sums.values()) == len(whole.rows)
        assert sum(part.amount for part in sums.values()) == whole.total
        assert set(sums) == set(Part)
        assert sums[Part.CHECKING].rows == 4
        assert sums[Part.NOT_STARTED].rows == len(whole.rows) - len(states)

    def test_each_row_counts_with_its_planned_amount(self) -> None:
        sums = report(plan(10, 20, 30), done(_1=State.CONFIRMED))

        assert (sums[Part.CONFIRMED].rows, sums[Part.CONFIRMED].amount) == (1, 20)
        assert (sums[Part.NOT_STARTED].rows, sums[Part.NOT_STARTED].amount) == (2, 40)

    def test_the_last_instruction_of_a_row_counts(self) -> None:
        first = planned("a", seen(), batch="b1", row=4)
        second = planned("b", seen(), batch="b1", row=4, amount=Decimal(7))

        assert latest_by_row([first, second, planned("c")]) == {4: second}
