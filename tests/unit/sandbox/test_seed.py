from __future__ import annotations

import re
from collections import Counter

import pytest

from portdesk.sandbox.clock import DAY, KST_SHIFT
from portdesk.sandbox.record import Payment, balance, changed_at
from portdesk.sandbox.seed import Florist, Made
from unit.sandbox.shopkeeper import NOW


def history(*, payments: int = 3000, seed: int = 7, now: int = NOW) -> list[Made]:
    florist = Florist(seed=seed, now=now, payments=payments, gives_cancellation_id=True)
    return list(florist.history())


@pytest.fixture(scope="module")
def shop() -> list[Payment]:
    return [made.payment for made in history()]


class TestSame:
    def test_seed_number_and_time_decide_everything(self) -> None:
        assert history(payments=200) == history(payments=200)

    @pytest.mark.parametrize("other", [{"seed": 8}, {"now": NOW + 1}, {"payments": 201}])
    def test_each_of_them_matters(self, other: dict[str, int]) -> None:
        assert history(payments=200) != history(**({"payments": 200} | other))

    @pytest.mark.parametrize("payments", [0, 1, 2, 11, 40, 777])
    def test_any_number_is_met_exactly(self, payments: int) -> None:
        made = history(payments=payments)

        assert len({one.payment["imp_uid"] for one in made}) == payments


class TestTimes:
    def test_three_years_and_nothing_in_the_future(self, shop: list[Payment]) -> None:
        starts = [payment["started_at"] for payment in shop]

        assert NOW - 3 * 366 * DAY < min(starts) < NOW - 2.9 * 365 * DAY
        assert max(*starts, *(changed_at(payment) for payment in shop)) <= NOW

    def test_some_are_minutes_old(self, shop: list[Payment]) -> None:
        assert sum(payment["started_at"] > NOW - 1800 for payment in shop) >= 3

    def test_each_status_has_its_time_and_only_times_that_happened(self, shop: list[Payment]) -> None:
        for payment in shop:
            status = payment["status"]
            assert payment["started_at"] <= changed_at(payment)
            assert bool(payment["paid_at"]) is (status in ("paid", "cancelled"))
            assert bool(payment["cancelled_at"]) is (status == "cancelled")
            assert bool(payment["failed_at"]) is (status == "failed")

    def test_orders_come_by_day_and_before_great_days(self, shop: list[Payment]) -> None:
        hours = Counter((payment["started_at"] + KST_SHIFT) % DAY // 3600 for payment in shop)

        assert sum(hours[hour] for hour in range(10, 22)) > 0.7 * len(shop)


class TestMoney:
    def test_refunds_add_up_and_leave_nothing_negative(self, shop: list[Payment]) -> None:
        for payment in shop:
            returned = sum(entry["amount"] for entry in payment["cancel_history"])
            assert returned == pytest.approx(payment["cancel_amount"])
            assert balance(payment) >= 0
            assert bool(payment["cancel_history"]) is (payment["status"] == "cancelled")

    def test_won_are_whole_and_dollars_have_cents(self, shop: list[Payment]) -> None:
        won = [payment for payment in shop if payment["currency"] == "KRW"]
        dollars = [payment for payment in shop if payment["currency"] == "USD"]

        assert all(type(payment["amount"]) is int for payment in won)
        assert any(payment["amount"] % 1 for payment in dollars)
        assert {payment["pg_provider"] for payment in dollars} == {"paypal_v2", "paymentwall"}

    def test_partial_refunds_have_one_to_three_entries(self) -> None:
        parts = Counter(
            len(made.payment["cancel_history"])
            for made in history(payments=6000)
            if made.payment["status"] == "cancelled" and balance(made.payment) > 0
        )

        assert set(parts) == {1, 2, 3}


class TestKinds:
    def test_every_kind_a_console_must_show_is_there(self, shop: list[Payment]) -> None:
        for small in (shop, [made.payment for made in history(payments=300)]):
            assert {payment["status"] for payment in small} == {"ready", "paid", "cancelled", "failed"}
            assert any(payment["sandbox"] for payment in small)
            assert any(payment["escrow"] for payment in small)
            assert any(payment["imp_uid"].startswith("imps_") for payment in small)
            assert any(payment["vbank_date"] > NOW and payment["status"] == "ready" for payment in small)
            assert any(0 < payment["vbank_date"] < NOW and payment["status"] == "ready" for payment in small)
            assert any(payment["name"].startswith("<img") for payment in small)

    def test_the_legacy_pg_is_only_in_old_payments(self, shop: list[Payment]) -> None:
        legacy = [payment["started_at"] for payment in shop if payment["pg_provider"] == "jtnet"]

        assert legacy
        assert max(legacy) < NOW - 2 * 365 * DAY

    def test_attempts_at_one_order_share_its_number_and_content(self, shop: list[Payment]) -> None:
        orders: dict[str, list[Payment]] = {}
        for payment in shop:
            orders.setdefault(payment["merchant_uid"], []).append(payment)
        retried = [attempts for attempts in orders.values() if len(attempts) > 1]

        assert retried
        for attempts in retried:
            assert len({(one["amount"], one["buyer_tel"]) for one in attempts}) == 1
            assert sum(one["status"] in ("paid", "cancelled") for one in attempts) <= 1

    def test_subscriptions_are_charged_without_a_window(self, shop: list[Payment]) -> None:
        for payment in shop:
            by_key = payment["imp_uid"].startswith("imps_")
            assert by_key is (payment["channel"] == "api") is (payment["customer_uid"] is not None)

    def test_surnames_are_as_common_as_they_are(self, shop: list[Payment]) -> None:
        surnames = Counter((payment["buyer_name"] or "")[0] for payment in shop)

        assert 0.17 < surnames["김"] / len(shop) < 0.27
        assert len({payment["buyer_name"] for payment in shop}) > 400

    def test_nothing_leads_off_the_machine(self, shop: list[Payment]) -> None:
        hosts = {
            match.group(1) for payment in shop for match in re.finditer(r"https?://([^/?\"]+)", str(payment))
        }

        assert hosts == {"receipt.example", "x.example"}
