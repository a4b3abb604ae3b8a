from __future__ import annotations

import threading
import time
from collections.abc import Callable

import httpx
import pytest

from portdesk.sandbox.clock import Clock
from portdesk.sandbox.faults import Fault, FaultKind, Faults, fault_from
from portdesk.sandbox.record import Payment
from portdesk.sandbox.server import start_sandbox
from portdesk.sandbox.settings import SandboxSettings
from unit.sandbox.shopkeeper import NOW, Shop

Paid = Callable[..., Payment]
CANCEL = "POST /payments/cancel"
FETCH = "GET /payments/{imp_uid}"


class TestPlan:
    def test_a_fault_strikes_its_operation_so_many_times(self) -> None:
        faults = Faults()
        faults.add(Fault(kind=FaultKind.RESET, operation=FETCH, count=2, after=1))

        struck = [bool(faults.strike(FETCH)) for _ in range(5)]

        assert struck == [False, True, True, False, False]
        assert faults.waiting() == []

    def test_other_operations_are_spared(self) -> None:
        faults = Faults()
        faults.add(Fault(kind=FaultKind.RESET, operation=FETCH))

        assert not faults.strike(CANCEL)
        assert faults.strike(FETCH)

    def test_without_a_count_it_lasts_until_cleared(self) -> None:
        faults = Faults()
        faults.add(Fault(kind=FaultKind.RESET, count=None))

        assert all(faults.strike(CANCEL) for _ in range(99))
        faults.clear()
        assert not faults.strike(CANCEL)

    @pytest.mark.parametrize("wish", [{}, {"kind": "flood"}, {"kind": "reset", "when": 1}])
    def test_a_wish_for_something_unknown_is_an_error(self, wish: dict[str, object]) -> None:
        with pytest.raises(ValueError, match=r"valid FaultKind|no such field"):
            fault_from(wish)


class TestBeforeWork:
    @pytest.mark.parametrize("status", [500, 502, 503])
    def test_5xx(self, shop: Shop, paid: Paid, status: int) -> None:
        put = paid()
        shop.sandbox.faults.add(Fault(kind=FaultKind.STATUS, operation=CANCEL, status=status))

        assert shop.post("/payments/cancel", imp_uid=put["imp_uid"]).status_code == status
        assert shop.payment(put["imp_uid"])["status"] == "paid"

    def test_too_many_says_how_long_to_wait(self, shop: Shop) -> None:
        shop.sandbox.faults.add(Fault(kind=FaultKind.TOO_MANY, seconds=3))

        answer = shop.get("/users/pg")

        assert (answer.status_code, answer.headers["retry-after"]) == (429, "3")

    def test_a_web_page_in_place_of_json(self, shop: Shop) -> None:
        shop.sandbox.faults.add(Fault(kind=FaultKind.HTML, status=200))

        answer = shop.get("/users/pg")

        assert answer.headers["content-type"].startswith("text/html")
        assert answer.text.startswith("<!DOCTYPE html>")

    def test_a_reset_connection(self, shop: Shop, paid: Paid) -> None:
        put = paid()
        shop.sandbox.faults.add(Fault(kind=FaultKind.RESET, operation=CANCEL))

        with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
            shop.cancel(imp_uid=put["imp_uid"])
        assert shop.payment(put["imp_uid"])["status"] == "paid"

    def test_latency(self, shop: Shop) -> None:
        shop.sandbox.faults.add(Fault(kind=FaultKind.LATENCY, seconds=0.15))
        began = time.monotonic()

        assert shop.get("/users/pg").status_code == 200
        assert time.monotonic() - began >= 0.15

    def test_tokens_expire_on_demand(self, shop: Shop) -> None:
        shop.sandbox.faults.add(Fault(kind=FaultKind.EXPIRED_TOKEN))

        assert [shop.get("/users/pg").status_code for _ in range(2)] == [401, 401]
        shop.sign_in()
        assert shop.get("/users/pg").status_code == 200


class TestAfterWork:
    @pytest.mark.parametrize(
        "fault",
        [
            Fault(kind=FaultKind.LOST_ANSWER, operation=CANCEL),
            Fault(kind=FaultKind.CUT_BODY, operation=CANCEL),
        ],
    )
    def test_no_whole_answer_though_it_is_done(self, shop: Shop, paid: Paid, fault: Fault) -> None:
        put = paid()
        shop.sandbox.faults.add(fault)

        with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
            shop.cancel(imp_uid=put["imp_uid"])
        assert shop.payment(put["imp_uid"])["status"] == "cancelled"

    def test_5xx_though_it_is_done(self, shop: Shop, paid: Paid) -> None:
        put = paid()
        shop.sandbox.faults.add(Fault(kind=FaultKind.STATUS, operation=CANCEL, after_work=True))

        assert shop.post("/payments/cancel", imp_uid=put["imp_uid"]).status_code == 503
        assert shop.payment(put["imp_uid"])["status"] == "cancelled"

    def test_a_late_answer_to_work_done_at_once(self, shop: Shop, paid: Paid) -> None:
        put = paid()
        shop.sandbox.faults.add(Fault(kind=FaultKind.DELAYED_ANSWER, operation=CANCEL, seconds=9))

        with pytest.raises(httpx.ReadTimeout):
            shop.http.post(
                "/payments/cancel", json={"imp_uid": put["imp_uid"]}, headers=shop.headers, timeout=0.2
            )
        assert shop.payment(put["imp_uid"])["status"] == "cancelled"

    def test_garbage(self, shop: Shop) -> None:
        shop.sandbox.faults.add(Fault(kind=FaultKind.GARBAGE))

        answer = shop.get("/users/pg")

        assert answer.status_code == 200
        with pytest.raises(ValueError, match=r"delimiter|Unterminated|utf-8|control"):
            answer.json()

    def test_fields_of_the_wrong_type(self, shop: Shop, paid: Paid) -> None:
        put = paid()
        shop.sandbox.faults.add(Fault(kind=FaultKind.WRONG_TYPES, field="paid_at", value=[]))

        assert shop.payment(put["imp_uid"])["paid_at"] == []
        assert shop.payment(put["imp_uid"])["paid_at"] == put["paid_at"]


class TestLies:
    def test_reads_can_be_some_changes_old(self, shop: Shop, paid: Paid) -> None:
        put = paid()
        shop.cancel(imp_uid=put["imp_uid"])
        shop.sandbox.faults.add(Fault(kind=FaultKind.STALE, operation=FETCH, changes=1))

        assert shop.payment(put["imp_uid"])["status"] == "paid"
        assert shop.payment(put["imp_uid"])["status"] == "cancelled"

    def test_reads_can_be_some_seconds_old(self, shop: Shop, paid: Paid, clock: Clock) -> None:
        put = paid()
        clock.advance(60)
        shop.cancel(imp_uid=put["imp_uid"])
        clock.advance(5)
        shop.sandbox.faults.add(Fault(kind=FaultKind.STALE, operation=FETCH, seconds=30, count=None))

        assert shop.payment(put["imp_uid"])["status"] == "paid"
        clock.advance(30)
        assert shop.payment(put["imp_uid"])["status"] == "cancelled"

    def test_work_is_never_done_on_the_past(self, shop: Shop, paid: Paid) -> None:
        put = paid()
        shop.sandbox.faults.add(Fault(kind=FaultKind.STALE, changes=5))

        assert shop.cancel(imp_uid=put["imp_uid"])["code"] == 0
        assert shop.payment(put["imp_uid"])["status"] == "cancelled"

    def test_a_refusal_can_be_untrue(self, shop: Shop, paid: Paid, clock: Clock) -> None:
        put = paid()
        shop.sandbox.faults.add(Fault(kind=FaultKind.REFUSED_BUT_DONE, operation=CANCEL, seconds=20))

        answer = shop.cancel(imp_uid=put["imp_uid"], amount=3_000, reason="mine")

        assert answer["code"] == -1
        assert shop.payment(put["imp_uid"])["cancel_amount"] == 0
        clock.advance(21)
        done = shop.payment(put["imp_uid"])
        assert (done["cancel_amount"], done["cancel_reason"]) == (3_000, "mine")


class TestStop:
    def test_a_server_told_to_stop_does_not_wait_for_its_own_slowness(self) -> None:
        sandbox = start_sandbox(SandboxSettings(payments=10, clock=Clock(NOW)))
        sandbox.faults.add(Fault(kind=FaultKind.LATENCY, seconds=60))
        ended: list[str] = []

        def ask() -> None:
            try:
                ended.append(str(httpx.get(sandbox.base_url + "/users/pg", trust_env=False).status_code))
            except httpx.TransportError as error:
                ended.append(type(error).__name__)

        asking = threading.Thread(target=ask)
        asking.start()
        while sandbox.faults.waiting():
            threading.Event().wait(0.01)
        began = time.monotonic()

        sandbox.stop()

        assert time.monotonic() - began < 5
        asking.join(5)
        assert ended
