"""Every parameter and rule of the guides the project began with: JTNET, KG Inicis, Paymentwall."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

import msgspec
import pytest

from portdesk.domain.checkout import PayRequest, Purpose
from portdesk.domain.checkout_parts import Card, CardDetail, DirectCard, Display, Period
from portdesk.domain.pg.pay.channel import Certainty, choose_channel
from portdesk.domain.pg.pay.effect import Effect
from portdesk.domain.pg.pay.table import check_pay_request, effect_for, terms_of
from portdesk.domain.pg.pay.window import Suffix
from portdesk.domain.pg.rule import Severity
from portdesk.domain.reference import PgSetting
from portdesk.domain.times import KST

NOW = datetime(2026, 9, 21, 14, tzinfo=KST)
ENCODER = msgspec.json.Encoder(decimal_format="number")
BUYER: dict[str, Any] = {
    "buyer_email": "iamport@siot.do",
    "buyer_name": "Jack Son",
    "buyer_tel": "02-1234-1234",
}


def channel(code: str, mid: str = "mid1", *, test: bool = False) -> PgSetting:
    return PgSetting(
        pg_provider=code, pg_id=mid, is_test_channel=test, type="payment", channel_key=f"key-{code}-{mid}"
    )


def asked(amount: int | str, **values: Any) -> PayRequest:
    return PayRequest(
        **{"merchant_uid": "order_no_0001", "amount": Decimal(amount), "name": "주문", **BUYER, **values}
    )


def loud(request: PayRequest, *channels: PgSetting, purpose: Purpose | None = None) -> set[str]:
    found = check_pay_request(request, channels, NOW, purpose)
    return {finding.id for finding in found if finding.severity is not Severity.NOTES}


def notes(request: PayRequest, *channels: PgSetting) -> set[str]:
    found = check_pay_request(request, channels, NOW)
    return {finding.id for finding in found if finding.severity is Severity.NOTES}


def wire(request: PayRequest) -> dict[str, Any]:
    return dict(json.loads(ENCODER.encode(request)))


class TestJtnetGuide:
    """The JTNET pages, Korean and English (seeds 000 and 001), and the billing guide (seed 002)."""

    ONE, TWO = channel("jtnet", "MID1"), channel("jtnet", "MID2")

    def test_pg_may_be_left_out_with_a_single_pg(self) -> None:
        request = asked(14000, pay_method="card")

        choice = choose_channel(request, (self.ONE,))

        assert (choice.code, choice.certainty) == ("jtnet", Certainty.SURE)
        assert loud(request, self.ONE) == set()
        assert "pg" not in wire(request)

    def test_pg_has_to_be_named_with_several_pgs(self) -> None:
        other = channel("kakaopay")

        assert loud(asked(14000, pay_method="card"), self.ONE, other) == {"pay.channel_open"}
        assert loud(asked(14000, pay_method="card", pg="jtnet"), self.ONE, other) == set()

    def test_the_mid_is_named_with_several_mids(self) -> None:
        both = (self.ONE, self.TWO)

        assert loud(asked(14000, pay_method="card", pg="jtnet"), *both) == {"pay.channel_ambiguous"}
        assert loud(asked(14000, pay_method="card", pg="jtnet.MID2"), *both) == set()
        assert choose_channel(asked(1, pg="jtnet.MID2"), both).setting is self.TWO
        assert loud(asked(14000, pay_method="card", pg="jtnet.MID3"), *both) == {"pay.channel_unknown"}

    @pytest.mark.parametrize("method", ["card", "trans", "vbank", "phone"])
    def test_four_methods_take_payments(self, method: str) -> None:
        more = {"vbank": {"vbank_due": "20261231"}, "phone": {"digital": True}}.get(method, {})

        assert loud(asked(14000, pay_method=method, **more), self.ONE) == set()

    def test_no_fifth_method_does(self) -> None:
        assert terms_of("jtnet").window.methods == ("card", "trans", "vbank", "phone")
        assert loud(asked(14000, pay_method="kakaopay"), self.ONE) == {"pay.method"}

    @pytest.mark.parametrize("method", ["trans", "vbank", "phone"])
    def test_with_a_customer_uid_only_cards(self, method: str) -> None:
        assert loud(asked(0, pay_method=method, customer_uid="kim"), self.ONE) == {"pay.key_method"}

    def test_the_order_number_is_needed_and_the_amount_is_an_integer(self) -> None:
        assert loud(asked(14000, merchant_uid=" "), self.ONE) == {"pay.merchant_uid"}
        assert loud(asked("14000.5"), self.ONE) == {"pay.fraction"}
        assert wire(asked(14000))["amount"] == 14000

    def test_zero_registers_the_card_alone(self) -> None:
        request = asked(0, pay_method="card", customer_uid="your-customer-unique-id")

        assert effect_for(request, (self.ONE,)) is Effect.REGISTERED
        assert loud(request, self.ONE, purpose=Purpose.REGISTER) == set()
        assert wire(request)["amount"] == 0

    def test_more_than_zero_charges_as_well(self) -> None:
        request = asked(1004, pay_method="card", customer_uid="your-customer-unique-id")

        assert effect_for(request, (self.ONE,)) is Effect.REGISTERED_AND_CHARGED
        assert loud(request, self.ONE, purpose=Purpose.BOTH) == set()
        assert loud(request, self.ONE, purpose=Purpose.REGISTER) == {"pay.charges_though"}

    def test_a_registration_needs_the_customer_uid(self) -> None:
        assert "pay.key_missing" in loud(asked(1004, pay_method="card"), self.ONE, purpose=Purpose.REGISTER)

    def test_cards_can_be_narrowed_to_one_company(self) -> None:
        off, on = CardDetail(card_code="*", enabled=False), CardDetail(card_code="366", enabled=True)
        request = asked(14000, pay_method="card", card=Card(detail=(off, on)))

        assert loud(request, self.ONE) == set()
        assert wire(request)["card"] == {
            "detail": [{"card_code": "*", "enabled": False}, {"card_code": "366", "enabled": True}]
        }

    def test_none_of_the_buyer_s_fields_is_needed(self) -> None:
        bare = dict.fromkeys(BUYER)

        assert loud(asked(14000, pay_method="card", **bare), self.ONE) == set()

    def test_where_the_customer_returns_to_on_a_phone_is_sent(self) -> None:
        assert wire(asked(1, m_redirect_url="https://shop.example/done"))["m_redirect_url"]


class TestInicisGuide:
    """The KG Inicis page (seed 004)."""

    ONE, TWO = channel("html5_inicis", "MOIpay"), channel("html5_inicis", "MOIbill")
    METHODS = (
        *("card", "samsung", "kakaopay", "ssgpay", "chai", "trans", "vbank", "phone"),
        *("payco", "tosspay", "lpay", "naverpay", "cultureland", "smartculture", "happymoney", "booknlife"),
    )

    def test_sixteen_methods(self) -> None:
        assert len(self.METHODS) == 16
        assert set(self.METHODS) <= set(terms_of("html5_inicis").window.methods)

    @pytest.mark.parametrize("method", METHODS)
    def test_each_method_takes_payments(self, method: str) -> None:
        more = {"digital": False} if method == "phone" else {}

        assert loud(asked(1004, pay_method=method, **more), self.ONE) == set()

    def test_the_buyer_s_phone_is_needed(self) -> None:
        assert loud(asked(1004, buyer_tel=None), self.ONE) == {"inicis.buyer_tel"}

    def test_the_mid_follows_the_code(self) -> None:
        assert terms_of("html5_inicis").window.suffix is Suffix.MID
        assert loud(asked(1004, pg="html5_inicis"), self.ONE, self.TWO) == {"pay.channel_ambiguous"}
        assert loud(asked(1004, pg="html5_inicis.MOIpay"), self.ONE, self.TWO) == set()

    def test_the_test_mids_belong_to_their_purposes(self) -> None:
        pay, bill = channel("html5_inicis", "INIpayTest"), channel("html5_inicis", "INIBillTst")

        assert loud(asked(1004), pay) == set()
        assert loud(asked(0, customer_uid="kim"), bill) == set()
        assert loud(asked(0, customer_uid="kim"), pay) == {"inicis.test_mid"}

    def test_the_code_of_activex_opens_nothing(self) -> None:
        assert loud(asked(1004, pg="inicis.MOIold"), channel("inicis", "MOIold")) == {"pay.no_window"}

    @pytest.mark.parametrize(("amount", "effect"), [(0, Effect.REGISTERED), (1004, Effect.SHOWN)])
    def test_registering_only_shows_the_amount(self, amount: int, effect: Effect) -> None:
        request = asked(amount, pay_method="card", customer_uid="kim")

        assert effect_for(request, (self.ONE,)) is effect
        assert not effect.moves_money
        assert loud(request, self.ONE, purpose=Purpose.REGISTER) == set()

    def test_only_cards_are_registered(self) -> None:
        assert loud(asked(0, pay_method="kakaopay", customer_uid="kim"), self.ONE) == {"pay.key_method"}

    def test_escrow(self) -> None:
        request = asked(1004, escrow=True)

        assert loud(request, self.ONE) == set()
        assert "inicis.escrow" in notes(request, self.ONE)
        assert wire(request)["escrow"] is True

    def test_the_last_day_to_pay_is_thirty_days_off_unless_named(self) -> None:
        assert "inicis.due" in notes(asked(1004, pay_method="vbank"), self.ONE)
        assert "inicis.due" not in notes(asked(1004, pay_method="vbank", vbank_due="20261130"), self.ONE)
        assert loud(asked(1004, pay_method="vbank", vbank_due="30 days"), self.ONE) == {"pay.vbank_due_form"}

    def test_the_service_period(self) -> None:
        request = asked(1004, period=Period(from_="20200101", to="20201231"))

        assert loud(request, self.ONE) == set()
        assert wire(request)["period"] == {"from": "20200101", "to": "20201231"}

    @pytest.mark.parametrize("words", ["noeasypay", "cardpoint", "noeasypay:cardpoint"])
    def test_options_on_a_computer(self, words: str) -> None:
        request = asked(1004, bypass={"acceptmethod": words})

        assert loud(request, self.ONE) == set()
        assert "pay.bypass" not in notes(request, self.ONE)
        assert wire(request)["bypass"] == {"acceptmethod": words}

    @pytest.mark.parametrize("words", ["noeasypay=Y", "cp_yn=Y", "noeasypay=Y&cp_yn=Y"])
    def test_options_on_a_phone(self, words: str) -> None:
        assert loud(asked(1004, bypass={"P_RESERVED": words}), self.ONE) == set()

    def test_instalments_from_fifty_thousand_won(self) -> None:
        months = Display(card_quota=(2, 3, 4, 5, 6))

        assert loud(asked(50000, display=months), self.ONE) == set()
        assert loud(asked(49999, display=months), self.ONE) == {"pay.instalments"}
        assert loud(asked(49999, display=Display(card_quota=())), self.ONE) == set()
        assert wire(asked(50000, display=Display(card_quota=())))["display"] == {"card_quota": []}

    def test_straight_to_one_card_company(self) -> None:
        request = asked(60000, card=Card(direct=DirectCard(code="367", quota=3)))

        assert loud(request, self.ONE) == set()
        assert wire(request)["card"] == {"direct": {"code": "367", "quota": 3}}
        assert loud(asked(1004, card=Card(direct=DirectCard(code="367", quota=0))), self.ONE) == set()

    def test_cards_can_be_narrowed(self) -> None:
        off, on = CardDetail(card_code="*", enabled=False), CardDetail(card_code="366", enabled=True)

        assert loud(asked(1004, card=Card(detail=(off, on))), self.ONE) == set()
        assert loud(asked(1004, card=Card(detail=(off,))), self.ONE) == {"pay.cards_off"}

    def test_zero_rated_tax(self) -> None:
        request = asked(1000, tax_free=Decimal(0), vat_amount=Decimal(0))

        assert "inicis.zero_rate" in notes(request, self.ONE)
        assert wire(request) | {"amount": 1000, "tax_free": 0, "vat_amount": 0} == wire(request)
        assert loud(asked(1000, vat_amount=Decimal(0)), self.ONE) == {"inicis.zero_half"}

    def test_interest_paid_by_the_shop(self) -> None:
        request = asked(60000, card=Card(interest_free=7))

        assert "inicis.interest" in notes(request, self.ONE)
        assert wire(request)["card"] == {"interest_free": 7}


class TestPaymentwallGuide:
    """The Paymentwall page (seed 003)."""

    LIVE, UNREVIEWED = channel("paymentwall", "key1"), channel("paymentwall", "key2", test=True)
    KEY: ClassVar[dict[str, Any]] = {"customer_uid": "your-customer-unique-id", "currency": "USD"}

    def test_the_project_key_follows_the_code(self) -> None:
        assert terms_of("paymentwall").window.suffix is Suffix.PROJECT_KEY
        found = choose_channel(asked(1, pg="paymentwall.key2"), (self.LIVE, self.UNREVIEWED))
        assert found.setting is self.UNREVIEWED

    def test_the_method_may_be_left_out(self) -> None:
        assert loud(asked(1004, currency="KRW"), self.LIVE) == set()
        assert "pay.method_unread" in notes(asked(1004, currency="KRW", pay_method="trans"), self.LIVE)

    @pytest.mark.parametrize("name", ["buyer_email", "buyer_name", "currency"])
    def test_what_is_needed(self, name: str) -> None:
        request = asked(1004, **{"currency": "KRW", name: None})

        assert loud(request, self.LIVE) == {f"paymentwall.{name}"}

    @pytest.mark.parametrize("name", ["JackSon", "김민서"])
    def test_first_and_last_name_have_a_blank_between_them(self, name: str) -> None:
        assert loud(asked(1004, currency="KRW", buyer_name=name), self.LIVE) == {"paymentwall.first_and_last"}
        assert loud(asked(1004, currency="KRW", buyer_name="Jack Son"), self.LIVE) == set()

    def test_test_methods_in_a_live_project(self) -> None:
        request = asked(1004, currency="KRW", use_test_method=True)

        assert loud(request, self.LIVE) == set()
        assert wire(request)["use_test_method"] is True

    def test_before_the_review_the_option_ps_is_needed_too(self) -> None:
        alone = asked(1004, currency="KRW", use_test_method=True)
        both = asked(1004, currency="KRW", use_test_method=True, bypass={"ps": "test"})

        assert loud(alone, self.UNREVIEWED) == {"paymentwall.test_methods"}
        assert loud(both, self.UNREVIEWED) == set()

    @pytest.mark.parametrize(
        "options", [{"widget_code": "t3_1"}, {"ps": "all"}, {"ps": "kakaopaykr"}, {"country_code": "DE"}]
    )
    def test_options(self, options: dict[str, str]) -> None:
        request = asked(1004, currency="KRW", bypass=options)

        assert loud(request, self.LIVE) == set()
        assert "pay.bypass" not in notes(request, self.LIVE)
        assert wire(request)["bypass"] == options

    def test_registering_always_charges(self) -> None:
        request = asked(20, pay_method="card", **self.KEY)

        assert effect_for(request, (self.LIVE,)) is Effect.REGISTERED_AND_CHARGED
        assert "pay.charges_though" in loud(request, self.LIVE, purpose=Purpose.REGISTER)
        assert loud(request, self.LIVE, purpose=Purpose.BOTH) == {"paymentwall.no_dry_run"}

    def test_there_is_no_registering_at_zero(self) -> None:
        assert "pay.key_always_charges" in loud(asked(0, **self.KEY), self.LIVE)

    def test_only_cards_are_registered(self) -> None:
        assert loud(asked(20, pay_method="trans", **self.KEY), self.LIVE) == {"pay.key_method"}

    def test_the_e_mail_has_to_match_later(self) -> None:
        assert "paymentwall.same_email" in notes(asked(20, **self.KEY), self.LIVE)

    def test_the_delivery_of_goods_has_to_be_reported(self) -> None:
        assert "paymentwall.goods" in notes(asked(1004, currency="KRW"), self.LIVE)
