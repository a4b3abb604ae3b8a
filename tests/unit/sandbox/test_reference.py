"""The tags codes, users, tiers and payments.validation."""

from __future__ import annotations

import pytest

from unit.sandbox.shopkeeper import Shop


class TestCodes:
    @pytest.mark.parametrize(
        ("path", "code", "name"), [("/banks", "004", "KB국민은행"), ("/cards", "366", "신한카드")]
    )
    def test_a_code_is_text_with_its_zeros(self, shop: Shop, path: str, code: str, name: str) -> None:
        entry = {"code": code, "name": name}

        assert entry in shop.get(path).json()["response"]
        assert shop.get(f"{path}/{code}").json()["response"] == entry

    @pytest.mark.parametrize("path", ["/banks/4", "/cards/999"])
    def test_an_unknown_code_is_404(self, shop: Shop, path: str) -> None:
        assert shop.get(path).status_code == 404


class TestChannels:
    def test_every_payment_came_over_a_known_channel(self, shop: Shop) -> None:
        channels = shop.get("/users/pg").json()["response"]
        known = {(channel["pg_provider"], channel["pg_id"], channel["sandbox"]) for channel in channels}

        used = {
            (payment["pg_provider"], payment["pg_id"], payment["sandbox"])
            for payment in shop.sandbox.state.payments()
        }

        assert used <= known
        assert len({channel["channel_key"] for channel in channels}) == len(channels)
        assert {channel["type"] for channel in channels} == {"payment", "api_payment", "certification"}


class TestTiers:
    def test_a_sub_merchant_has_a_name(self, shop: Shop) -> None:
        answer = shop.get("/tiers/B2B").json()["response"]

        assert answer == {"tier_code": "B2B", "tier_name": "바다꽃집 기업배송"}

    def test_an_unknown_one_is_404(self, shop: Shop) -> None:
        assert shop.get("/tiers/ZZZ").status_code == 404


class TestPrepare:
    def test_an_amount_is_registered_once_and_changed_by_put(self, shop: Shop) -> None:
        order = {"merchant_uid": "prepared-1", "amount": 12_000, "currency": "KRW"}

        assert shop.post("/payments/prepare", **order).json()["response"] == order
        again = shop.post("/payments/prepare", **order)
        changed = shop.http.put("/payments/prepare", json=order | {"amount": 9_900}, headers=shop.headers)

        assert again.status_code == 200
        assert again.json()["code"] == 1
        assert again.json()["message"] == (
            "결제정보 사전등록에 실패하였습니다(이미 등록된 merchant_uid입니다)."
        )
        assert changed.json()["response"]["amount"] == 9_900
        assert shop.get("/payments/prepare/prepared-1").json()["response"]["amount"] == 9_900

    def test_what_is_not_registered_is_404(self, shop: Shop) -> None:
        order = {"merchant_uid": "unprepared", "amount": 1}

        assert shop.get("/payments/prepare/unprepared").status_code == 404
        assert shop.http.put("/payments/prepare", json=order, headers=shop.headers).status_code == 404

    @pytest.mark.parametrize("fields", [{}, {"merchant_uid": "a"}, {"amount": 1}, {"merchant_uid": "a" * 41}])
    def test_order_and_amount_are_demanded(self, shop: Shop, fields: dict[str, object]) -> None:
        assert shop.post("/payments/prepare", **fields).status_code == 400
