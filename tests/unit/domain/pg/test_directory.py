"""Every PG has a profile with its sources, or a stated reason why little stands in it."""

from __future__ import annotations

import time
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portdesk.domain.payments import STATUSES
from portdesk.domain.pg.amounts import NO_SUM
from portdesk.domain.pg.directory import PROFILES, UNKNOWN_PG, check_refund, profile_of
from portdesk.domain.pg.needs import TaxPart
from portdesk.domain.pg.profile import GENERAL_RULES, PgProfile
from portdesk.domain.pg.refund import RefundRequest
from portdesk.domain.pg.rule import Rule
from portdesk.domain.pg.sources import Source
from portdesk.domain.times import KST
from samples.payments import payment

NOW = datetime(2026, 9, 22, 14, tzinfo=KST)
CODES = (
    "html5_inicis", "inicis", "inicis_unified", "kcp", "kcp_billing", "kcp_quick", "uplus", "tosspayments",
    "nice", "nice_v2", "kicc", "kakaopay", "danal", "danal_tpay", "mobilians", "payco", "paypal", "paypal_v2",
    "eximbay", "naverpay", "naverco", "smilepay", "daou", "paymentwall", "tosspay", "smartro", "smartro_v2",
    "settle", "settle_acc", "ksnet", "galaxia", "welcome",
    "tosspay_v2", "toss_brandpay", "chai", "settle_firm", "kcp_v2", "inicis_v2", "jtnet",
    "mobilians_v2", "kicc_v2", "inicis_jp", "payletter_global", "bluewalnut", "alipay",
)  # fmt: skip
"""PortOne's page of codes, then what only the published description, seeds or PG pages name."""

ALL = (*PROFILES, UNKNOWN_PG)
RULES: tuple[Rule, ...] = (
    *GENERAL_RULES,
    NO_SUM,
    *(rule for profile in ALL for rule in profile.refund.own_rules()),
)


def test_every_code_has_a_profile_and_only_one() -> None:
    listed = [code for profile in PROFILES for code in profile.codes]

    assert sorted(listed) == sorted(CODES)
    assert all(code in profile_of(code).codes for code in CODES)


@pytest.mark.parametrize("code", [None, "", "somepg", "KCP", "html5_inicis.INIpayTest"])
def test_any_other_code_gets_the_cautious_one(code: str | None) -> None:
    assert profile_of(code) is UNKNOWN_PG


@pytest.mark.parametrize("profile", ALL, ids=lambda profile: profile.name.id)
def test_a_profile_names_its_sources(profile: PgProfile) -> None:
    assert profile.refund.sources
    assert all(is_complete(source) for source in profile.refund.sources)


@pytest.mark.parametrize("profile", ALL, ids=lambda profile: profile.name.id)
def test_a_profile_without_ways_of_its_own_says_why(profile: PgProfile) -> None:
    terms = profile.refund
    plain = terms.tax.tax_free is TaxPart.OPTIONAL and terms.accounts[0].wants_tel is False
    bare = plain and not terms.own_rules()

    assert (terms.little_known is not None) == (bare or profile.codes in ((), ("jtnet",)))


@pytest.mark.parametrize("profile", ALL, ids=lambda profile: profile.name.id)
def test_a_profile_leaves_out_only_rules_that_exist(profile: PgProfile) -> None:
    assert profile.refund.without <= {rule.id for rule in GENERAL_RULES}


@pytest.mark.parametrize("profile", ALL, ids=lambda profile: profile.name.id)
def test_no_rule_is_in_a_profile_twice(profile: PgProfile) -> None:
    ids = [rule.id for rule in profile.refund.all_rules()]

    assert len(ids) == len(set(ids))


def test_every_rule_has_a_source_that_can_be_looked_up() -> None:
    assert all(is_complete(rule.source) for rule in RULES)


def is_complete(source: Source) -> bool:
    return bool(source.title and source.place) and "://" not in source.place and source.date.year >= 2018


def test_one_name_is_one_rule() -> None:
    by_id = sorted(RULES, key=lambda rule: rule.id)
    for id_, rules in groupby(by_id, key=lambda rule: rule.id):
        assert len({(rule.severity, rule.source) for rule in rules}) == 1, id_


def test_there_are_enough_of_them() -> None:
    of_pgs = [profile for profile in PROFILES if profile.refund.own_rules()]

    assert len({rule.id for rule in RULES}) >= 60
    assert len(of_pgs) >= 12


class TestNeeds:
    @pytest.mark.parametrize(
        ("code", "method", "needs", "tel"),
        [
            ("tosspayments", "vbank", True, False),
            ("html5_inicis", "vbank", True, False),
            ("smartro", "vbank", True, True),
            ("smartro", "trans", False, False),
            ("smartro_v2", "vbank", True, True),
            ("smartro_v2", "trans", True, True),
            ("welcome", "trans", True, True),
            ("welcome", "card", False, False),
            ("kcp", "phone", False, False),
            ("kcp", "vbank", True, False),
            ("somepg", "vbank", True, False),
            (None, "card", False, False),
        ],
    )
    def test_an_account(self, code: str | None, method: str, needs: bool, tel: bool) -> None:
        paid = payment(pg_provider=code, pay_method=method)

        need = profile_of(code).account_need(paid, NOW)

        assert (need is not None) == needs
        assert (need is not None and need.wants_tel) == tel

    def test_a_phone_bill_of_kcp_from_an_earlier_month_goes_to_an_account(self) -> None:
        paid = payment(pg_provider="kcp", pay_method="phone")
        later = datetime(2026, 10, 1, tzinfo=KST)

        assert profile_of("kcp").account_need(paid, NOW) is None
        assert profile_of("kcp").account_need(paid, later) is not None


class TestLater:
    @pytest.mark.parametrize(
        ("code", "method", "later"),
        [
            ("tosspayments", "vbank", True),
            ("tosspayments", "card", False),
            ("smartro_v2", "trans", False),
            ("paypal_v2", "paypal", True),
            ("paypal", "paypal", False),
            ("paymentwall", "card", True),
            ("kicc_v2", "wechat", True),
            ("kicc_v2", "linepay", False),
            ("kcp", "phone", False),
        ],
    )
    def test_what_is_accepted_but_not_refunded(self, code: str, method: str, later: bool) -> None:
        paid = payment(pg_provider=code, pay_method=method)

        assert profile_of(code).completes_later(paid, NOW) is later


SUMS = st.decimals(allow_nan=True, allow_infinity=True) | st.integers(-(2**70), 2**70).map(Decimal)
ODD_PAYMENTS = st.fixed_dictionaries(
    {
        "pg_provider": st.sampled_from([*CODES, None, "x"]),
        "pay_method": st.sampled_from(
            ["card", "vbank", "trans", "phone", "point", "cultureland", "cvs", None, ""]
        ),
        "status": st.sampled_from([*STATUSES, "?"]),
        "currency": st.sampled_from(["KRW", "USD", "JPY", "???"]),
        "amount": st.integers(-(2**70), 2**70),
        "cancel_amount": st.integers(-(2**70), 2**70),
        "paid_at": st.integers(0, 253_000_000_000),
    }
)
ODD_REQUESTS = st.builds(
    RefundRequest,
    amount=SUMS,
    tax_free=SUMS | st.none(),
    vat_amount=SUMS | st.none(),
    checksum=SUMS | st.none(),
    reason=st.text(max_size=300),
    refund_holder=st.text(max_size=20),
    refund_bank=st.text(max_size=5),
    refund_account=st.text(max_size=20),
    refund_tel=st.text(max_size=20),
    requester=st.text(max_size=9) | st.none(),
)


@given(ODD_PAYMENTS, ODD_REQUESTS, st.datetimes(timezones=st.just(KST)))
def test_no_payment_and_no_request_breaks_the_check(
    fields: dict[str, Any], request: RefundRequest, now: datetime
) -> None:
    for finding in check_refund(payment(**fields), request, now):
        assert str(finding.words)


def test_a_thousand_rows_are_checked_in_a_blink() -> None:
    rows = [payment(number, pg_provider=CODES[number % len(CODES)]) for number in range(1_000)]
    request = RefundRequest(amount=Decimal(1_000), reason="고객 변심")

    began = time.perf_counter()
    for row in rows:
        check_refund(row, request, NOW)

    assert time.perf_counter() - began < 1


def test_an_account_is_kept_out_of_what_is_printed() -> None:
    request = RefundRequest(
        amount=Decimal(1), refund_holder="김하나", refund_account="110123456789", refund_tel="01012345678"
    )

    assert not any(secret in repr(request) for secret in ("김하나", "110123456789", "01012345678"))
