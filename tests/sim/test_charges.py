"""Charges by the same skeleton: no order is paid twice, and every word about it is true."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from portdesk.ledger.finding import Knowledge
from portdesk.ledger.instruction import Instruction, Observation
from portdesk.ledger.reconcile import Reconciliation
from portdesk.ledger.refund import Wish
from portdesk.ledger.steps import Course
from sim.charges import ChargeCore, ChargeHistory
from sim.judge import ViolationError
from sim.seeds import chunks

SEEDS = 20_000
WITHIN = 5_000


@pytest.mark.campaign
@pytest.mark.parametrize("seeds", chunks(SEEDS), ids=str)
def test_no_order_is_paid_twice(seeds: range) -> None:
    for seed in seeds:
        try:
            ChargeHistory(seed).play()
        except ViolationError as violation:
            pytest.fail(f"{violation}\nreplay it: make sim SEEDS=1 SEED={seed}")


class NewNameEachTime(ChargeCore):
    """Makes up a name for every click."""

    def freeze(self, op: str, wish: Wish, shown: Observation, done: list[Instruction]) -> Instruction:
        return super().freeze(op, wish, Observation(subject=op, server_time=1, balance=0), done)


class NoQuiet(ChargeCore):
    """Believes the first empty record."""

    class AtOnce(Reconciliation):
        def _is_quiet(self, row: Instruction, seen: Observation, known: Knowledge) -> bool:
            return True

    def __init__(self) -> None:
        super().__init__()
        self.reconciliation = self.AtOnce(self.rules)


class BelievesMissing(ChargeCore):
    """Takes 404 for "not paid" although nothing else can be read either."""

    class Alone(Reconciliation):
        def _prove_nothing(self, row: Instruction, known: Knowledge, looks: int) -> Course[Any]:
            course = super()._prove_nothing(row, known, looks)
            next(course)
            command = course.send(True)
            while True:
                value = yield command
                try:
                    command = course.send(value)
                except StopIteration as end:
                    return end.value

    def __init__(self) -> None:
        super().__init__()
        self.reconciliation = self.Alone(self.rules)


@pytest.mark.parametrize("core", [NoQuiet, BelievesMissing], ids=lambda core: core.__name__)
def test_the_judge_notices_each_broken_protocol(core: Callable[[], ChargeCore]) -> None:
    for seed in range(WITHIN):
        try:
            ChargeHistory(seed, core).play()
        except ViolationError:
            return
    pytest.fail("not noticed")


def most_payments(core: Callable[[], ChargeCore]) -> int:
    most = 0
    for seed in range(50):
        history = ChargeHistory(seed, core)
        history.play()
        most = max(most, history.payments)
    return most


def test_names_made_up_for_each_click_let_a_customer_pay_again_and_again() -> None:
    assert most_payments(NewNameEachTime) > 2
    assert most_payments(ChargeCore) == 2
