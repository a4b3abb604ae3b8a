from __future__ import annotations

from typing import Any

import httpx
import pytest

from portdesk.sandbox import cards
from portdesk.sandbox.channels import CHANNELS
from portdesk.sandbox.clock import Clock
from portdesk.sandbox.server import start_sandbox
from portdesk.sandbox.settings import SandboxSettings
from unit.sandbox.shopkeeper import NOW, Shop, put_payment

CANARY = "4518421234567894"
CARD = {"card_number": "4518-4212-3456-7894", "expiry": "2030-01", "birth": "820213", "pwd_2digit": "00"}


def key_of(provider: str, kind: str = "payment") -> str:
    return next(c.key for c in CHANNELS if (c.pg_provider, c.type) == (provider, kind))


def issue(shop: Shop, uid: str, **fields: Any) -> httpx.Response:
    return shop.post(
        f"/subscribe/customers/{uid}", **({"channel_key": key_of("tosspayments")} | CARD | fields)
    )


class TestIssuing:
    def test_a_key_tells_of_its_card_and_channel(self, shop: Shop) -> None:
        key = issue(shop, "card-1", customer_name="김나라").json()["response"]

        assert key["card_number"] == "451842******7894"
        assert (key["card_code"], key["card_name"]) == ("366", "신한카드")
        assert (key["pg_provider"], key["pg_id"], key["sandbox"]) == ("tosspayments", "im_badaflowr", False)
        assert key["customer_name"] == "김나라"
        assert key["inserted"] == key["updated"] == shop.sandbox.state.clock.now()
        assert shop.get("/subscribe/customers/card-1").json()["response"] == key

    def test_issuing_again_takes_the_newest_card_and_leaves_the_old_key_usable(
        self, shop: Shop, clock: Clock
    ) -> None:
        first = issue(shop, "card-2").json()["response"]
        clock.advance(60)

        second = issue(shop, "card-2", card_number="5570-4212-3456-7896").json()["response"]

        assert (second["inserted"], second["updated"]) == (first["inserted"], first["updated"] + 60)
        assert second["card_name"] == "KB국민카드"
        at_pg = shop.sandbox.state.billing_keys.at_pg("card-2")
        assert [(key.card_number, key.is_live) for key in at_pg] == [
            ("451842******7894", True),
            ("557042******7896", True),
        ]

    def test_deleting_revokes_the_newest_only(self, shop: Shop) -> None:
        issue(shop, "card-3")
        key = issue(shop, "card-3").json()["response"]

        gone = shop.http.delete("/subscribe/customers/card-3", headers=shop.headers)

        assert gone.json()["response"] == key
        assert shop.get("/subscribe/customers/card-3").status_code == 404
        assert [key.is_live for key in shop.sandbox.state.billing_keys.at_pg("card-3")] == [True, False]

    def test_keys_belong_to_their_sub_merchant(self, shop: Shop) -> None:
        issue(shop, "card-4")

        other = shop.http.get("/subscribe/customers/card-4", headers={**shop.headers, "Tier": "B2B"})

        assert other.status_code == 404

    @pytest.mark.parametrize(
        ("change", "status", "code", "words"),
        [
            ({"card_number": "4518-4212-3456-7893"}, 200, -1, "유효하지않은 카드번호"),
            ({"expiry": "2020-01"}, 200, -1, "빌키 발급에 실패"),
            ({"expiry": "2030-13"}, 200, -1, "빌키 발급에 실패"),
            ({"birth": "12"}, 200, -1, "빌키 발급에 실패"),
            ({"card_number": ""}, 400, -1, "누락"),
            ({"channel_key": "channel-key-none"}, 400, -1, "채널"),
            ({"channel_key": key_of("kakaopay")}, 200, -1, "지원하지 않는"),
        ],
    )
    def test_what_the_pg_would_refuse(
        self, shop: Shop, change: dict[str, str], status: int, code: int, words: str
    ) -> None:
        refused = issue(shop, "card-5", **change)

        assert (refused.status_code, refused.json()["code"]) == (status, code)
        assert words in refused.json()["message"]
        assert shop.get("/subscribe/customers/card-5").status_code == 404

    def test_the_sample_of_the_seeds_needs_no_channel(self, shop: Shop) -> None:
        key = shop.post("/subscribe/customers/card-6", **CARD).json()["response"]

        assert key["pg_provider"] == "html5_inicis"
        assert key["card_type"] is None

    def test_of_a_card_number_only_its_ends_are_kept(self, shop: Shop) -> None:
        issue(shop, "card-7")

        for table in ("billing_keys", "pg_keys"):
            rows = shop.sandbox.state.book.sql.execute(f"select * from {table}").fetchall()
            assert rows
            assert not any(CANARY[6:12] in str(value) for row in rows for value in row)


class TestHistory:
    def test_every_subscription_of_the_history_has_its_key(self, shop: Shop) -> None:
        state = shop.sandbox.state
        charged = [row for row in state.payments() if row["customer_uid"] and row["card_number"]]

        assert charged
        for payment in charged:
            tier = state.book.tier_of(payment["imp_uid"])
            key = state.billing_keys.find(payment["customer_uid"], tier)
            assert key is not None
            assert key["inserted"] < payment["started_at"]

    def test_the_payments_of_a_key_come_newest_first_in_pages_of_twenty(self, shop: Shop) -> None:
        issue(shop, "card-8")
        orders = [
            put_payment(shop.sandbox, customer_uid="card-8", started_at=NOW + number) for number in range(23)
        ]

        first = shop.get("/subscribe/customers/card-8/payments").json()["response"]
        second = shop.get("/subscribe/customers/card-8/payments", page=2).json()["response"]

        assert (first["total"], first["next"], second["previous"], second["next"]) == (23, 2, 1, 0)
        listed = [row["imp_uid"] for row in [*first["list"], *second["list"]]]
        assert listed == [order["imp_uid"] for order in reversed(orders)]


class TestUnknown:
    def test_some_of_several(self, shop: Shop) -> None:
        issue(shop, "card-9")

        some = shop.get("/subscribe/customers", **{"customer_uid[]": ["card-9", "nobody"]})

        assert some.status_code == 207
        assert [key["customer_uid"] for key in some.json()["response"]] == ["card-9"]

    def test_an_older_server_says_200_with_code_1(self) -> None:
        settings = SandboxSettings(payments=5, clock=Clock(NOW), unknown_key_is_404=False)
        with start_sandbox(settings) as running:
            shop = Shop(running)
            shop.sign_in()
            answer = shop.get("/subscribe/customers/nobody")
            shop.http.close()

        assert (answer.status_code, answer.json()["code"]) == (200, 1)
        assert "customer_uid(nobody)" in answer.json()["message"]


@pytest.fixture(autouse=True)
def _unchanged_clock(clock: Clock) -> None:
    clock.set(NOW)


class TestReopened:
    def test_keys_are_kept_in_the_file(self, tmp_path: Any) -> None:
        settings = SandboxSettings(payments=5, clock=Clock(NOW), db=tmp_path / "shop.db")
        for visit in range(2):
            with start_sandbox(settings) as running:
                shop = Shop(running)
                shop.sign_in()
                if not visit:
                    issue(shop, "kept")
                assert shop.get("/subscribe/customers/kept").status_code == 200
                shop.http.close()


@pytest.mark.parametrize("number", [CANARY, "378282246310005"])
def test_a_number_that_can_exist(number: str) -> None:
    assert cards.can_exist(number)
    assert cards.is_masked(cards.masked(number))


@pytest.mark.parametrize("number", ["4518421234567893", "45184212345678", "x518421234567891", ""])
def test_a_number_that_cannot(number: str) -> None:
    assert not cards.can_exist(number)
    assert not cards.is_masked(number)
