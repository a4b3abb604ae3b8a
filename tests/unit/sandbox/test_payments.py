from __future__ import annotations

from collections.abc import Callable

import pytest

from portdesk.sandbox.clock import DAY, Clock
from portdesk.sandbox.record import Payment
from portdesk.sandbox.server import RunningSandbox
from unit.sandbox.shopkeeper import Shop

Paid = Callable[..., Payment]


class TestFetch:
    def test_a_payment_has_every_field(self, shop: Shop, paid: Paid) -> None:
        put = paid()

        assert shop.payment(put["imp_uid"]) == put | {
            "cancel_history": [],
            "cancel_receipt_urls": [],
            "deposit_history": [],
        }

    def test_an_unknown_one_is_404(self, shop: Shop) -> None:
        answer = shop.get("/payments/imp_nothing")

        assert answer.status_code == 404
        assert answer.json() == {"code": -1, "message": "존재하지 않는 결제정보입니다.", "response": None}

    def test_a_test_channel_row_is_404_unless_asked_for(self, shop: Shop, paid: Paid) -> None:
        path = f"/payments/{paid(sandbox=True)['imp_uid']}"

        assert shop.get(path).status_code == 404
        assert shop.get(path, include_sandbox="false").status_code == 404
        assert shop.get(path, include_sandbox="true").json()["response"]["sandbox"] is True

    def test_the_depositor_is_told_by_extension_only(self, shop: Shop, paid: Paid) -> None:
        put = paid(pg_provider="daou", pay_method="vbank", buyer_name="홍길동")

        answer = shop.get(f"/payments/{put['imp_uid']}", extension="true").json()["response"]

        assert answer["extension"] == {"REMITTER": "홍길동"}
        assert "extension" not in shop.payment(put["imp_uid"])


class TestFetchSeveral:
    def test_all_found_is_200_and_an_array(self, shop: Shop, paid: Paid) -> None:
        one, other = paid(), paid()

        answer = shop.get(
            "/payments", **{"imp_uid[]": one["imp_uid"], "merchant_uid[]": other["merchant_uid"]}
        )

        assert answer.status_code == 200
        assert [row["imp_uid"] for row in answer.json()["response"]] == [one["imp_uid"], other["imp_uid"]]

    def test_some_missing_is_207(self, shop: Shop, paid: Paid) -> None:
        put = paid()

        answer = shop.get("/payments", **{"imp_uid[]": [put["imp_uid"], "imp_nothing"]})

        assert answer.status_code == 207
        assert answer.json()["code"] == 0
        assert len(answer.json()["response"]) == 1

    def test_none_found_is_404(self, shop: Shop) -> None:
        assert shop.get("/payments", **{"merchant_uid[]": "nothing"}).status_code == 404

    def test_test_channel_rows_are_included(self, shop: Shop, paid: Paid) -> None:
        put = paid(sandbox=True)

        assert shop.get("/payments", **{"imp_uid[]": put["imp_uid"]}).status_code == 200

    @pytest.mark.parametrize(("ids", "status"), [(0, 400), (100, 404), (101, 400)])
    def test_at_most_a_hundred_may_be_named(self, shop: Shop, ids: int, status: int) -> None:
        names = [f"imp_{number}" for number in range(ids)]

        assert shop.get("/payments", **{"imp_uid[]": names}).status_code == status


class TestFind:
    def test_the_newest_of_an_order_comes_first(self, shop: Shop, paid: Paid, clock: Clock) -> None:
        old = paid(merchant_uid="retried", status="failed", started_at=clock.now() - 9000, failed_at=1)
        new = paid(merchant_uid="retried")

        assert shop.get("/payments/find/retried").json()["response"]["imp_uid"] == new["imp_uid"]
        assert (
            shop.get("/payments/find/retried", sorting="started").json()["response"]["imp_uid"]
            == old["imp_uid"]
        )
        assert shop.get("/payments/find/retried/failed").json()["response"]["imp_uid"] == old["imp_uid"]
        assert shop.get("/payments/find/retried/cancelled").status_code == 404

    def test_find_all_is_paged(self, shop: Shop, paid: Paid) -> None:
        for _ in range(3):
            paid(merchant_uid="thrice")

        page = shop.get("/payments/findAll/thrice", limit=2).json()["response"]

        assert (page["total"], page["previous"], page["next"], len(page["list"])) == (3, 0, 2, 2)
        last = shop.get("/payments/findAll/thrice", limit=2, page=2).json()["response"]
        assert (last["previous"], last["next"], len(last["list"])) == (1, 0, 1)
        assert shop.get("/payments/findAll/thrice", limit=2, page=3).status_code == 400

    def test_an_unknown_order_is_404_and_an_unknown_status_400(self, shop: Shop, paid: Paid) -> None:
        put = paid()

        assert shop.get("/payments/findAll/nothing").status_code == 404
        assert shop.get(f"/payments/findAll/{put['merchant_uid']}/pending").status_code == 400
        assert shop.get(f"/payments/find/{put['merchant_uid']}", sorting="amount").status_code == 400

    def test_a_slash_in_an_order_number_stays_part_of_it(self, shop: Shop, paid: Paid) -> None:
        paid(merchant_uid="2026/11 #7?")

        found = shop.http.get("/payments/find/2026%2F11%20%237%3F", headers=shop.headers).json()

        assert found["response"]["merchant_uid"] == "2026/11 #7?"


class TestListByStatus:
    def listed(self, shop: Shop, status: str, **query: object) -> list[str]:
        page = shop.get(f"/payments/status/{status}", limit=1000, **query).json()["response"]
        return [row["imp_uid"] for row in page["list"]]

    @pytest.mark.parametrize(
        ("status", "time"),
        [
            ("ready", "started_at"),
            ("paid", "paid_at"),
            ("cancelled", "cancelled_at"),
            ("failed", "failed_at"),
        ],
    )
    def test_the_time_of_the_final_status_is_compared(
        self, shop: Shop, paid: Paid, clock: Clock, status: str, time: str
    ) -> None:
        at = clock.now() - 5000
        times = {"started_at": at - 600, "paid_at": at - 300, "status": status, time: at}
        uid = paid(**times)["imp_uid"]

        for kind in (status, "all"):
            assert uid in self.listed(shop, kind, **{"from": at, "to": at})
            assert uid not in self.listed(shop, kind, **{"from": at + 1, "to": at + 9})
            assert uid not in self.listed(shop, kind, **{"from": at - 9, "to": at - 1})

    def test_paid_in_may_and_cancelled_in_july_is_found_by_july_only(
        self, shop: Shop, paid: Paid, clock: Clock
    ) -> None:
        may, july = clock.now() - 80 * DAY, clock.now() - 20 * DAY
        uid = paid(started_at=may - 60, paid_at=may, cancelled_at=july, status="cancelled")["imp_uid"]

        assert uid not in self.listed(shop, "all", **{"from": may - DAY, "to": may + DAY})
        assert uid in self.listed(shop, "all", **{"from": july - DAY, "to": july + DAY})

    def test_the_last_ninety_days_are_the_default(self, shop: Shop, paid: Paid, clock: Clock) -> None:
        edge = clock.now() - 90 * DAY
        inside = paid(started_at=edge, paid_at=edge)["imp_uid"]
        outside = paid(started_at=edge - 1, paid_at=edge - 1)["imp_uid"]

        assert inside in self.listed(shop, "paid")
        assert outside not in self.listed(shop, "paid")

    @pytest.mark.parametrize(
        ("query", "status"),
        [
            ({"from": 0, "to": 90 * DAY}, 200),
            ({"from": 0, "to": 90 * DAY + 1}, 400),
            ({"from": 10, "to": 9}, 400),
            ({"from": "yesterday"}, 400),
            ({"limit": 0}, 400),
            ({"limit": 1000}, 200),
            ({"limit": 1001}, 400),
            ({"page": 0}, 400),
            ({"page": 99}, 400),
            ({"page": "two"}, 400),
            ({"sorting": "-amount"}, 400),
            ({"sorting": "-updated"}, 200),
        ],
    )
    def test_limits(self, shop: Shop, query: dict[str, object], status: int) -> None:
        answer = shop.get("/payments/status/all", **query)

        assert answer.status_code == status
        assert (answer.json()["code"] == 0) is (status == 200)

    def test_an_unknown_status_is_400(self, shop: Shop) -> None:
        assert shop.get("/payments/status/pending").status_code == 400

    def test_an_empty_period_is_an_empty_first_page(self, shop: Shop) -> None:
        page = shop.get("/payments/status/all", **{"from": 100, "to": 101}).json()["response"]

        assert page == {"total": 0, "previous": 0, "next": 0, "list": []}

    def test_twenty_a_page_is_the_default(self, shop: Shop) -> None:
        page = shop.get("/payments/status/all").json()["response"]

        assert len(page["list"]) == min(20, page["total"])

    @pytest.mark.parametrize("sorting", ["started", "-started", "paid", "-paid", "updated", "-updated"])
    @pytest.mark.parametrize("status", ["all", "paid", "cancelled"])
    def test_pages_put_together_are_the_whole_in_order(
        self, shop: Shop, sandbox: RunningSandbox, status: str, sorting: str
    ) -> None:
        since = sandbox.state.clock.now() - 90 * DAY
        pages: list[Payment] = []
        number = 1
        while number:
            page = shop.get(
                f"/payments/status/{status}", limit=7, page=number, sorting=sorting, **{"from": since}
            ).json()["response"]
            pages += page["list"]
            number = page["next"]

        assert len(pages) == page["total"] == len({row["imp_uid"] for row in pages})
        times = [order_of(row, sorting.lstrip("-")) for row in pages]
        assert times == sorted(times, reverse=sorting.startswith("-"))


def order_of(payment: Payment, sort: str) -> int:
    final = {"ready": "started_at", "paid": "paid_at", "cancelled": "cancelled_at", "failed": "failed_at"}
    names = {"started": "started_at", "paid": "paid_at", "updated": final[payment["status"]]}
    at: int = payment[names[sort]]
    return at


class TestTiers:
    def test_a_sub_merchant_sees_its_own_payments_only(self, shop: Shop, paid: Paid) -> None:
        own, theirs = paid(), paid(tier="B2B")

        assert shop.get(f"/payments/{theirs['imp_uid']}").status_code == 404
        shop.headers["Tier"] = "B2B"
        assert shop.get(f"/payments/{theirs['imp_uid']}").status_code == 200
        assert shop.get(f"/payments/{own['imp_uid']}").status_code == 404
        assert shop.get(f"/payments/find/{own['merchant_uid']}").status_code == 404
        assert shop.cancel(imp_uid=own["imp_uid"])["message"] == "취소할 결제건이 존재하지 않습니다."

    def test_an_unknown_tier_sees_nothing(self, shop: Shop) -> None:
        shop.headers["Tier"] = "XXX"

        assert shop.get("/payments/status/all").json()["response"]["total"] == 0


class TestBalance:
    def test_a_payco_payment_is_told_net_of_refunds(self, shop: Shop, paid: Paid) -> None:
        put = paid(pg_provider="payco", pay_method="payco", amount=11_000)
        shop.cancel(imp_uid=put["imp_uid"], amount=5_500)

        balance = shop.get(f"/payments/{put['imp_uid']}/balance").json()["response"]

        assert balance["amount"] == 11_000
        assert balance["primary"] == {"tax_free": 0, "supply": 5_000, "vat": 500, "service": 0}
        assert [entry["primary"]["supply"] for entry in balance["histories"]] == [10_000, 5_000]

    def test_other_pgs_and_unknown_payments_are_404(self, shop: Shop, paid: Paid) -> None:
        assert shop.get(f"/payments/{paid()['imp_uid']}/balance").status_code == 404
        assert shop.get("/payments/imp_nothing/balance").status_code == 404


class TestElsewhere:
    def test_an_unknown_path_is_404_in_the_envelope(self, shop: Shop) -> None:
        answer = shop.get("/nothing/here")

        assert answer.status_code == 404
        assert answer.json()["code"] == -1

    def test_a_wrong_method_is_405_in_the_envelope(self, shop: Shop) -> None:
        answer = shop.http.delete("/payments/cancel", headers=shop.headers)

        assert answer.status_code in (404, 405)
        assert shop.http.put("/users/getToken").status_code == 405
        assert shop.http.put("/users/getToken").json()["code"] == -1

    @pytest.mark.parametrize(
        "path",
        [
            "/payments/status/all?to=99999999999999999999999",
            "/payments/status/all?page=99999999999999999999999",
            "/payments/status/all?from=%F0%9F%8C%B8",
            "/payments/%FF%FE%00",
            "/payments?imp_uid[]=%ED%A0%80",
        ],
    )
    def test_nonsense_is_refused_not_an_accident(self, shop: Shop, path: str) -> None:
        assert shop.http.get(path, headers=shop.headers).status_code in (400, 404)

    @pytest.mark.parametrize(
        ("path", "body"),
        [
            ("/payments/prepare", b'{"merchant_uid": "a", "amount": 1e400}'),
            ("/payments/prepare", b'{"merchant_uid": "\\ud800", "amount": 1}'),
            ("/payments/cancel", b'{"imp_uid": "\\udfff"}'),
            ("/payments/cancel", b'{"imp_uid": "a", "amount": 1' + b"0" * 5000 + b"}"),
        ],
    )
    def test_bodies_of_nonsense_are_400(self, shop: Shop, path: str, body: bytes) -> None:
        answer = shop.http.post(path, content=body, headers=shop.headers)

        assert answer.json()["code"] != 0
        assert answer.status_code == 400 or answer.json()["message"] == "취소할 결제건이 존재하지 않습니다."
