"""Tests of what the pay window is asked for: the wire's names, and nothing that was not set."""

from __future__ import annotations

import json
from decimal import Decimal

import msgspec

from portdesk.domain.checkout import PayRequest
from portdesk.domain.checkout_parts import Card, CardDetail, DirectCard, Display, Period, Product

ENCODER = msgspec.json.Encoder(decimal_format="number")


def wire(request: PayRequest) -> dict[str, object]:
    return dict(json.loads(ENCODER.encode(request)))


class TestWire:
    def test_only_what_was_set_is_sent(self) -> None:
        assert wire(PayRequest(merchant_uid="a1", amount=Decimal(1004))) == {
            "merchant_uid": "a1",
            "amount": 1004,
        }

    def test_zero_false_and_nothing_to_choose_are_sent(self) -> None:
        request = PayRequest(
            merchant_uid="a1",
            amount=Decimal(0),
            tax_free=Decimal(0),
            vat_amount=Decimal(0),
            digital=False,
            display=Display(card_quota=()),
        )

        assert wire(request) == {
            "merchant_uid": "a1",
            "amount": 0,
            "tax_free": 0,
            "vat_amount": 0,
            "digital": False,
            "display": {"card_quota": []},
        }

    def test_an_amount_is_a_number_with_its_cents(self) -> None:
        text = ENCODER.encode(PayRequest(merchant_uid="a1", amount=Decimal("12.50"), currency="USD"))

        assert b'"amount":12.50' in text

    def test_names_are_the_wire_s_own(self) -> None:
        request = PayRequest(
            merchant_uid="a1",
            amount=Decimal(1000),
            channel_key="channel-key-1",
            use_free_interest_from_mall=True,
            naver_popup_mode=True,
            period=Period(from_="20260101", to="20261231"),
            products=(Product(name="꽃", unit_price=Decimal(500), quantity=2),),
            card=Card(
                direct=DirectCard(code="367", quota=3), detail=(CardDetail(card_code="*", enabled=False),)
            ),
        )

        assert wire(request) == {
            "merchant_uid": "a1",
            "amount": 1000,
            "channelKey": "channel-key-1",
            "useFreeInterestFromMall": True,
            "naverPopupMode": True,
            "period": {"from": "20260101", "to": "20261231"},
            "products": [{"name": "꽃", "unitPrice": 500, "quantity": 2}],
            "card": {
                "direct": {"code": "367", "quota": 3},
                "detail": [{"card_code": "*", "enabled": False}],
            },
        }

    def test_there_is_no_place_for_a_card_number(self) -> None:
        assert "info" not in Card.__struct_fields__
        assert not {"card_number", "expiry", "cvc", "birth"} & set(PayRequest.__struct_fields__)


def test_a_request_says_nothing_about_the_buyer_when_it_is_logged() -> None:
    request = PayRequest(merchant_uid="a1", amount=Decimal(1), buyer_name="김민서", buyer_tel="01012345678")

    assert "김민서" not in repr(request)
    assert "0101234" not in f"{request}"
