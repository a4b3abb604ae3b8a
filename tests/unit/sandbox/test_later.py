from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from portdesk.sandbox.channels import TIERS
from portdesk.sandbox.clock import DAY, HOUR, Clock
from portdesk.sandbox.later import Later
from portdesk.sandbox.record import Payment, changed_at
from portdesk.sandbox.settings import SandboxSettings
from portdesk.sandbox.state import State
from unit.sandbox.shopkeeper import NOW

Open = Callable[..., tuple[State, Later]]


@pytest.fixture
def opened(request: pytest.FixtureRequest) -> Open:
    def make(**settings: object) -> tuple[State, Later]:
        state = State(SandboxSettings(payments=150, clock=Clock(NOW), **settings))  # type: ignore[arg-type]
        request.addfinalizer(state.close)
        return state, Later(state)

    return make


def by_uid(state: State) -> dict[str, Payment]:
    return {payment["imp_uid"]: payment for payment in state.payments()}


class TestTrickle:
    def test_without_it_time_changes_nothing(self, opened: Open) -> None:
        state, later = opened()
        before = by_uid(state)

        later.catch_up(NOW + 10 * DAY)

        assert by_uid(state) == before

    def test_the_shop_lives(self, opened: Open) -> None:
        state, later = opened(trickle_seconds=30)
        before = by_uid(state)

        later.catch_up(NOW + 3 * HOUR)

        after = by_uid(state)
        changed = [uid for uid in before if after[uid] != before[uid]]
        assert 100 < len(after) - len(before) < 400
        moves = Counter((before[uid]["status"], after[uid]["status"]) for uid in changed)
        assert moves["ready", "paid"] > 0
        assert {after[uid]["status"] for uid in after.keys() - before.keys()} == {
            "ready",
            "paid",
            "failed",
            "cancelled",
        }
        for uid in {*changed, *(after.keys() - before.keys())}:
            assert NOW < changed_at(after[uid]) <= NOW + 3 * HOUR

    def test_the_same_seed_lives_the_same_life_however_often_it_is_asked(self, opened: Open) -> None:
        lives = []
        for step in (60, 3600):
            state, later = opened(trickle_seconds=20)
            for now in range(NOW, NOW + HOUR + 1, step):
                later.catch_up(now)
            lives.append(by_uid(state))

        assert lives[0].keys() == lives[1].keys()
        assert [one["status"] for one in lives[0].values()] == [one["status"] for one in lives[1].values()]


class TestFile:
    def test_the_shop_goes_on_where_it_was(self, tmp_path: Path) -> None:
        settings = SandboxSettings(payments=50, clock=Clock(NOW), db=tmp_path / "shop.db")
        state = State(settings)
        paid = state.payments(status="paid")[0]
        state.put(paid | {"name": "changed"})
        state.plan(NOW + 9, {"kind": "refund", "imp_uid": "x", "amount": 1, "reason": "y"})
        state.close()

        again = State(settings)

        assert (again.payment(paid["imp_uid"]) or {})["name"] == "changed"
        assert again.planned() == [(NOW + 9, {"kind": "refund", "imp_uid": "x", "amount": 1, "reason": "y"})]
        assert again.keys == state.keys
        assert [path.name for path in tmp_path.iterdir()] == ["shop.db"]
        again.close()

    @pytest.mark.parametrize("other", [{"seed": 1}, {"payments": 51}, {"gives_cancellation_id": False}])
    def test_another_shops_file_is_refused(self, tmp_path: Path, other: dict[str, object]) -> None:
        wanted: dict[str, object] = {"payments": 50, "clock": Clock(NOW), "db": tmp_path / "shop.db"}
        State(SandboxSettings(**wanted)).close()  # type: ignore[arg-type]

        with pytest.raises(ValueError, match=next(iter(other))):
            State(SandboxSettings(**(wanted | other)))  # type: ignore[arg-type]


class TestSummary:
    def test_it_counts_and_adds_up(self, opened: Open) -> None:
        state, _ = opened()
        payments = list(state.book.payments("tier = ?", (0,)))

        summary = state.summary()

        of_tiers = sum(state.summary(code)["payments"] for code in TIERS)
        assert summary["payments"] == len(payments) == 150 - of_tiers
        assert of_tiers
        assert summary["counts"] == dict(Counter(payment["status"] for payment in payments)) | {
            name: 0 for name, count in summary["counts"].items() if not count
        }
        won = [payment["cancel_amount"] for payment in payments if payment["currency"] == "KRW"]
        assert summary["returned"]["KRW"] == sum(won)
        assert summary["refunds"] == sum(len(payment["cancel_history"]) for payment in payments)

    def test_keys_show_no_secret(self, opened: Open) -> None:
        state, _ = opened()

        assert state.keys.imp_secret not in repr(state.keys)
        assert state.keys.imp_key not in repr(state.keys)
