"""The rules of refunds were written twice, in the program and in the sandbox: here they are compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from portdesk.domain.payments import payment_from_wire
from portdesk.domain.pg.directory import PROFILES, UNKNOWN_PG, check_refund
from portdesk.domain.pg.refund import RefundRequest
from portdesk.domain.pg.refusals import explain
from portdesk.domain.pg.rule import Finding, Severity
from portdesk.domain.times import KST
from portdesk.sandbox.channels import CHANNELS
from portdesk.sandbox.clock import DAY, Clock
from portdesk.sandbox.methods import refund_trouble
from portdesk.sandbox.record import Payment, blank
from portdesk.sandbox.rules import Request, completes_later, needs_account, needs_tel, refused_by_pg
from portdesk.sandbox.server import start_sandbox
from portdesk.sandbox.settings import SandboxSettings
from unit.sandbox.shopkeeper import NOW, Shop, put_payment

IMITATED = {
    "account.bank_unknown",
    "account.missing",
    "account.tel_missing",
    "card.year",
    "danal.account",
    "escrow.part",
    "kakaopay.money_five_years",
    "ksnet.night",
    "ksnet.nine_parts",
    "ksnet.six_months",
    "naverpay.three_years",
    "paypal.half_year",
    "phone.month",
    "phone.part",
    "tosspayments.voucher_part",
}
"""Rules of PGs and pay methods that block here and make the sandbox refuse."""

IMITATED_SUMS = {
    "amount.fraction",
    "amount.negative",
    "amount.over_balance",
    "amount.too_large",
    "balance.changed",
    "status.awaiting_deposit",
    "status.failed",
    "status.returned",
    "status.unfinished",
}
"""The same, of sums and states; asked of the running server."""

NOT_IMITATED = {
    "account.holder_long": "the length stands only in a page that was removed",
    "account.number_long": "likewise",
    "account.number_wrong": "what the server makes of letters is not published",
    "account.tel_wrong": "likewise",
    "amount.no_sum": "no JSON number says it",
    "amount.zero": "the server takes it and gives everything back, which nobody meant",
    "currency.unknown": "the sandbox's shop has none",
    "inicis_jp.store": "the sandbox's shop has no such channel",
    "naverpay.reason": "published as required, but the server's answer is not known",
    "payment.odd_amounts": "the sandbox's shop has none",
    "reason.long": "the length stands only in a page that was removed",
    "smartro_v2.test_debit_part": "a rule of Smartro's own test server",
    "status.unknown": "the sandbox knows four",
    "tax.no_sum": "the sandbox's server does not look at tax parts",
    "tax.over_amount": "likewise",
}

BY_CONTRACT = {
    "kcp.phone_part": "possible where KCP set it up; the sandbox's shop has not asked for it",
    "voucher.part": "the help page says most; the sandbox refuses all",
}
"""Warnings here, refusals there: what the PG answers depends on the shop, or on more than is published."""

PROVIDERS = sorted(
    {channel.pg_provider for channel in CHANNELS if channel.type == "payment"}
    | {"inicis", "ksnet", "kicc", "nice", "paypal", "smartro", "welcome"}
)
METHODS = ("card", "trans", "vbank", "phone", "point", "cultureland")
AGES = (0, 20, 100, 190, 300, 400, 1_200, 2_000)
"""Days; none where a calendar month and a number of days could tell two ends of a deadline."""
BANKS = ("", "04", "004", "BK04", "10", "12", "012", "BK12", "35", "BK35", "045", "011", "007", "999")
NOON, NIGHT = 1_795_000_000 - 8 * 3600, 1_795_000_000 + 6 * 3600


@dataclass(frozen=True, kw_only=True)
class Situation:
    provider: str
    method: str
    age: int = 1
    parts: int = 0
    amount: int = 10_000
    escrow: bool = False
    bank: str = "?"
    tel: bool = True
    now: int = NOON

    @property
    def payment(self) -> Payment:
        entry = {"amount": 100, "cancelled_at": self.now - 600, "pg_tid": "t", "reason": "r"}
        return blank() | {
            "imp_uid": "imp_000000000001",
            "merchant_uid": "order-1",
            "amount": 10_000 + 100 * self.parts,
            "cancel_amount": 100 * self.parts,
            "cancel_history": [entry] * self.parts,
            "cancelled_at": self.now - 600 if self.parts else 0,
            "status": "cancelled" if self.parts else "paid",
            "currency": "USD" if self.provider.startswith("paypal") else "KRW",
            "pg_provider": self.provider,
            "pay_method": self.method,
            "escrow": self.escrow,
            "started_at": self.now - self.age * DAY - 60,
            "paid_at": self.now - self.age * DAY,
        }

    @property
    def account(self) -> dict[str, str]:
        bank = right_bank(self.provider) if self.bank == "?" else self.bank
        held = {"holder": "김하나", "bank": bank, "account": "110123456789"} if bank else {}
        return held | ({"tel": "01012345678"} if self.tel else {})

    def refused(self) -> bool:
        """What the sandbox says."""
        request = Request(payment=self.payment, amount=Decimal(self.amount), now=self.now, **self.account)
        if needs_account(request) and not request.has_account:
            return True
        return (needs_tel(request) and not request.tel) or refused_by_pg(request) is not None

    def findings(self) -> tuple[Finding, ...]:
        """What the program says."""
        request = RefundRequest(
            amount=Decimal(self.amount),
            reason="고객 변심",
            requester="admin",
            **{f"refund_{name}": value for name, value in self.account.items()},
        )
        now = datetime.fromtimestamp(self.now, KST)
        return check_refund(payment_from_wire(self.payment), request, now)


def right_bank(provider: str) -> str:
    return {"html5_inicis": "04", "inicis": "04", "daou": "04", "kcp": "BK04"}.get(provider, "004")


def situations() -> Iterator[Situation]:
    for provider, method, age, parts in product(PROVIDERS, METHODS, AGES, (0, 1, 8, 9)):
        for amount in (10_000, 1_000):
            yield Situation(provider=provider, method=method, age=age, parts=parts, amount=amount)
    for provider, method, amount, now in product(PROVIDERS, METHODS, (10_000, 1_000), (NOON, NIGHT)):
        yield Situation(provider=provider, method=method, amount=amount, now=now, escrow=True)
        yield Situation(provider=provider, method=method, amount=amount, now=now, tel=False)
    for provider, method, age, bank in product(PROVIDERS, ("vbank", "trans", "phone"), (1, 20), BANKS):
        yield Situation(provider=provider, method=method, age=age, bank=bank)


def blocking(findings: tuple[Finding, ...]) -> set[str]:
    return {finding.id for finding in findings if finding.severity is Severity.BLOCKS}


def test_every_blocking_rule_is_compared_or_has_a_reason_not_to_be() -> None:
    rules = {rule for profile in (*PROFILES, UNKNOWN_PG) for rule in profile.refund.all_rules()}
    blocks = {rule.id for rule in rules if rule.severity is Severity.BLOCKS} | {"amount.no_sum"}

    assert blocks == IMITATED | IMITATED_SUMS | NOT_IMITATED.keys()
    assert {rule.id for rule in rules if rule.severity is Severity.WARNS} >= BY_CONTRACT.keys()


def test_what_one_refuses_the_other_does_too() -> None:
    differences = []
    met: set[str] = set()
    for situation in situations():
        findings = situation.findings()
        blocks, ids = blocking(findings), {finding.id for finding in findings}
        met |= ids
        if situation.refused() != bool(blocks) and not (situation.refused() and ids & BY_CONTRACT.keys()):
            differences.append((situation, sorted(blocks)))

    assert differences == []
    assert met >= IMITATED | BY_CONTRACT.keys()


def test_both_expect_the_same_refunds_to_be_done_later() -> None:
    """The program says more: what a PG registers today and pays tomorrow is recorded at once."""
    profiles = {code: profile for profile in PROFILES for code in profile.codes}
    for provider, method in product(PROVIDERS, METHODS):
        situation = Situation(provider=provider, method=method)
        request = Request(payment=situation.payment, amount=Decimal(10_000), now=situation.now)
        now = datetime.fromtimestamp(situation.now, KST)
        payment = payment_from_wire(situation.payment)

        if completes_later(request):
            assert profiles[provider].completes_later(payment, now), situation
        elif method != "vbank":
            assert not profiles[provider].completes_later(payment, now), situation


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with start_sandbox(SandboxSettings(payments=60, clock=Clock(NOW))) as running:
        asking = Shop(running)
        asking.sign_in()
        yield asking
        asking.http.close()


@pytest.mark.parametrize(
    ("payment", "request_", "rule"),
    [
        ({}, {"amount": 1_000}, None),
        ({}, {"amount": 10_000, "checksum": 10_000}, None),
        ({}, {"amount": 10_001}, "amount.over_balance"),
        ({}, {"amount": -1}, "amount.negative"),
        ({}, {"amount": 0.5}, "amount.fraction"),
        ({}, {"amount": 2**63}, "amount.too_large"),
        ({}, {"amount": 1_000, "checksum": 9_999}, "balance.changed"),
        ({"status": "ready", "paid_at": 0}, {"amount": 1_000}, "status.unfinished"),
        ({"status": "ready", "paid_at": 0, "vbank_num": "1"}, {"amount": 1_000}, "status.awaiting_deposit"),
        ({"status": "failed", "paid_at": 0, "failed_at": 9}, {"amount": 1_000}, "status.failed"),
        ({"status": "cancelled", "cancel_amount": 10_000}, {"amount": 1_000}, "status.returned"),
        ({"status": "cancelled", "cancel_amount": 4_000}, {"amount": 6_001}, "amount.over_balance"),
        ({"status": "cancelled", "cancel_amount": 4_000}, {"amount": 6_000}, None),
        ({"amount": 48.5, "currency": "USD"}, {"amount": 20.25}, None),
        ({"amount": 48.5, "currency": "USD"}, {"amount": 20.255}, "amount.fraction"),
        ({"amount": 48.5, "currency": "USD"}, {"amount": 48.51}, "amount.over_balance"),
    ],
)
def test_sums_and_states(
    shop: Shop, payment: dict[str, Any], request_: dict[str, Any], rule: str | None
) -> None:
    put = put_payment(shop.sandbox, **payment)
    sums = {name: Decimal(str(value)) for name, value in request_.items()}
    said = check_refund(
        payment_from_wire(exact(put)),
        RefundRequest(**sums, reason="r"),
        datetime.fromtimestamp(NOW, KST),
    )

    answer = shop.cancel(imp_uid=put["imp_uid"], **request_)

    assert blocking(said) == ({rule} if rule else set())
    assert (answer["code"] != 0) == (rule is not None)


def exact(payment: Payment) -> Payment:
    return {
        name: Decimal(str(value)) if isinstance(value, float) else value for name, value in payment.items()
    }


@pytest.mark.parametrize("provider", PROVIDERS)
def test_what_the_sandbox_says_of_empty_tills_is_understood(provider: str) -> None:
    trouble = refund_trouble(provider)

    refusal = explain(provider, f"결제취소에 실패하였습니다.({trouble})") if trouble else None

    assert (refusal is not None and refusal.id.endswith(".funds")) == (trouble is not None)
