"""Trying a list of refunds without sending any: every payment read anew, a verdict for every row."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Final

from portdesk.api.client import Client
from portdesk.domain.errors import InputError
from portdesk.domain.ids import ImpUid
from portdesk.domain.messages import Message
from portdesk.domain.money import Amount
from portdesk.domain.payments import Payment
from portdesk.domain.pg.banks import bank_table, bare_number
from portdesk.domain.pg.directory import check_refund, profile_of
from portdesk.domain.pg.refund import RefundRequest
from portdesk.domain.pg.rule import Finding, Severity
from portdesk.domain.refund_settings import RefundSettings
from portdesk.ledger.batch import PlanRow, Sum
from portdesk.ledger.instruction import Instruction, Observation, from_minor, to_minor
from portdesk.ledger.refund import Wish, freeze
from portdesk.ledger.states import OPEN, RETRYABLE, State
from portdesk.store.journal import Journal
from portdesk.store.journal_thread import JournalThread
from portdesk.usecases.cautions import DayMoney, Why, cautions
from portdesk.usecases.list_readings import Progress, Reading, Readings, Remark
from portdesk.usecases.refund_columns import RowWish
from portdesk.usecases.refund_settings import RefundChoices
from portdesk.usecases.refund_wire import RefundAccount
from portdesk.usecases.refunds import Shown

_STINT: Final = 8
"""Rows that are judged before the screen has its turn."""


class Verdict(Enum):
    """What a dry run says of a row."""

    SENDABLE = "sendable"
    WARNED = "warned"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedRow:
    """A row, the payment it means as it was just read, and what is to be said about it."""

    number: int
    wish: RowWish
    verdict: Verdict = Verdict.SENDABLE
    remarks: tuple[Remark, ...] = ()
    payment: Payment | None = None
    seen: Observation | None = None
    amount: int = 0
    pays_later: bool = False
    needs_account: bool = False
    request: RefundRequest | None = None

    def planned(self) -> PlanRow:
        """The row as the plan keeps it; the account is no part of that."""
        assert self.payment is not None and self.seen is not None and self.request is not None  # noqa: S101, PT018 - it is not blocked
        currency, request = self.payment.currency, self.request
        return PlanRow(
            subject=self.payment.imp_uid,
            amount=self.amount,
            balance=self.seen.balance,
            reason=request.reason,
            merchant_uid=self.payment.merchant_uid,
            line=self.wish.line,
            tax_free=None if request.tax_free is None else to_minor(request.tax_free, currency),
            vat_amount=None if request.vat_amount is None else to_minor(request.vat_amount, currency),
            needs_account=self.needs_account,
            pays_later=self.pays_later,
            requester=self.wish.requester,
        )

    def account(self) -> RefundAccount | None:
        """Where the money goes, if it cannot go back the way it came."""
        request = self.request
        if not self.needs_account or request is None:
            return None
        return account_of(request)


def account_of(request: RefundRequest) -> RefundAccount:
    """The account of a request, as the wire takes it."""
    return RefundAccount(
        refund_holder=request.refund_holder,
        refund_bank=request.refund_bank,
        refund_account=request.refund_account,
        refund_tel=request.refund_tel or None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun:
    """A whole list after the reading; `currency` is that of all rows which are not blocked."""

    rows: tuple[CheckedRow, ...]
    currency: str = "KRW"

    def sums(self) -> Mapping[Verdict, Sum]:
        """How many rows and how much money each verdict has; they add up to the list."""
        sums = dict.fromkeys(Verdict, Sum())
        for row in self.rows:
            before = sums[row.verdict]
            sums[row.verdict] = Sum(rows=before.rows + 1, amount=before.amount + row.amount)
        return sums

    def chosen(self, *, with_warned: bool) -> tuple[CheckedRow, ...]:
        """The rows that would be sent."""
        wanted = {Verdict.SENDABLE, Verdict.WARNED} if with_warned else {Verdict.SENDABLE}
        return tuple(row for row in self.rows if row.verdict in wanted)


class DryRuns:
    """Makes dry runs. Nothing here can send money anywhere."""

    def __init__(
        self, client: Client, journal: JournalThread, choices: RefundChoices, *, now: Callable[[], datetime]
    ) -> None:
        self._client = client
        self._journal = journal
        self._choices = choices
        self._now = now

    async def check(self, wishes: Sequence[RowWish], progress: Progress = lambda _done, _all: None) -> DryRun:
        """
        Read every payment and judge every row.

        `progress(done, total)` is called on the loop; cancelling stops it at once. Raises `ApiError`
        when the server cannot be asked.
        """
        readings = Readings(self._client, progress)
        await readings.fetch(wishes)
        found = [readings.of(wish) for wish in wishes]
        uids = [reading.payment.imp_uid for reading in found if reading.payment is not None]
        earlier = await self._journal.run(_about, uids)
        currency = _commonest(reading.payment.currency for reading in found if reading.payment is not None)
        twice = Counter(uids)
        judge = _Judge(self._now(), currency, earlier, twice, self._choices.settings)
        rows: list[CheckedRow] = []
        for number, (wish, reading) in enumerate(zip(wishes, found, strict=True)):
            rows.append(judge.row(number, wish, reading))
            if number % _STINT == _STINT - 1:
                progress(len(wishes) + number, 2 * len(wishes))
                await asyncio.sleep(0)
        return DryRun(rows=tuple(rows), currency=currency)


class _Judge:
    """Says of each row whether it could be sent."""

    def __init__(
        self,
        now: datetime,
        currency: str,
        earlier: Mapping[str, Sequence[Instruction]],
        twice: Mapping[ImpUid, int],
        settings: RefundSettings,
    ) -> None:
        self._now = now
        self._currency = currency
        self._earlier = earlier
        self._twice = twice
        self._settings = settings

    def row(self, number: int, wish: RowWish, reading: Reading) -> CheckedRow:
        """The row with its verdict."""
        blocking = [Remark(words=flaw) for flaw in wish.flaws]
        if reading.trouble is not None:
            blocking.append(reading.trouble)
        bare = CheckedRow(number=number, wish=wish, verdict=Verdict.BLOCKED, remarks=tuple(blocking))
        payment, seen = reading.payment, reading.seen
        if payment is None or seen is None:
            return bare
        bare = replace(bare, payment=payment, seen=seen)
        return bare if blocking else self._judged(bare, payment, seen)

    def _judged(self, row: CheckedRow, payment: Payment, seen: Observation) -> CheckedRow:
        wish, earlier = row.wish, self._earlier.get(payment.imp_uid, ())
        value = from_minor(seen.balance, payment.currency) if wish.amount is None else wish.amount
        request = _request(wish, payment, value)
        blocking = [*self._in_the_list(payment), *_open(earlier)]
        if (unlike := _no_sum(value, payment)) is not None:
            return replace(row, remarks=(*blocking, unlike))
        try:
            self._freeze(request, payment, seen, earlier)
        except InputError as error:
            return replace(row, remarks=(*blocking, Remark(words=error.text, advice=error.advice)))
        found = check_refund(payment, request, self._now)
        blocking += _remarks(found, Severity.BLOCKS)
        amount = to_minor(value, payment.currency)
        shown = Shown(payment=payment, seen=seen, earlier=tuple(earlier))
        worries = [
            *self._above_limit(shown, Amount(value, payment.currency)),
            *_again(earlier, amount),
            *map(_worry, wish.worries),
            *_remarks(found, Severity.WARNS),
        ]
        profile = profile_of(payment.pg_provider)
        verdict = Verdict.BLOCKED if blocking else Verdict.WARNED if worries else Verdict.SENDABLE
        return replace(
            row,
            verdict=verdict,
            remarks=(*blocking, *worries),
            amount=amount if payment.currency == self._currency else 0,
            request=request,
            pays_later=profile.completes_later(payment, self._now),
            needs_account=profile.account_need(payment, self._now) is not None,
        )

    def _in_the_list(self, payment: Payment) -> Iterable[Remark]:
        if self._twice[payment.imp_uid] > 1:
            yield Remark(
                words=Message(
                    "This payment is in the list {count} times.", count=self._twice[payment.imp_uid]
                ),
                advice=Message("Keep one row of it, with the whole amount."),
            )
        if payment.currency != self._currency:
            yield Remark(
                words=Message(
                    "This payment is in {currency}, the list in {other}.",
                    currency=payment.currency,
                    other=self._currency,
                ),
                advice=Message("Put it into a list of its own."),
            )

    def _above_limit(self, shown: Shown, amount: Amount) -> Iterable[Remark]:
        unusual = cautions(shown, amount, is_whole=True, settings=self._settings, day=DayMoney())
        return [Remark(words=caution.words) for caution in unusual if caution.why is Why.LIMIT]

    def _freeze(
        self, request: RefundRequest, payment: Payment, seen: Observation, earlier: Iterable[Instruction]
    ) -> None:
        """The protocol's own conditions; raises `InputError`."""
        wish = Wish(
            amount=request.amount,
            currency=payment.currency,
            reason=request.reason,
            actor="",
            tax_free=request.tax_free,
            vat_amount=request.vat_amount,
            with_code=self._settings.with_code,
        )
        freeze("", wish, seen, earlier)


def _request(wish: RowWish, payment: Payment, value: Decimal) -> RefundRequest:
    return RefundRequest(
        amount=value,
        checksum=payment.remaining.value,
        reason=wish.reason,
        requester=wish.requester or None,
        tax_free=wish.tax_free,
        vat_amount=wish.vat_amount,
        refund_holder=wish.refund_holder,
        refund_bank=bank_code(payment.pg_provider, wish.refund_bank),
        refund_account=bare_number(wish.refund_account),
        refund_tel=bare_number(wish.refund_tel),
    )


def bank_code(pg_provider: str | None, written: str) -> str:
    """The code this PG has for a bank that somebody wrote by code, perhaps without its zeros, or by name."""
    table = bank_table(pg_provider)
    if not written or written in table.codes | table.also:
        return written
    padded = [code for code in table.codes | table.also if code.lstrip("0") == written.lstrip("0")]
    plain = written.replace(" ", "").removesuffix("은행")
    named = [
        choice.code
        for choice in table.choices
        if plain
        and choice.name.replace(" ", "")
        .removeprefix("KB")
        .removesuffix("은행")
        .startswith(plain.removeprefix("KB"))
    ]
    found = padded if written.isdecimal() else named
    return found[0] if len(found) == 1 else written


def _no_sum(value: Decimal, payment: Payment) -> Remark | None:
    """What is wrong with an amount, whatever the payment's PG says of it."""
    if value <= 0:
        nothing_left = payment.remaining.value <= 0
        return Remark(
            words=Message("Nothing is left of this payment.")
            if nothing_left
            else Message("The amount to give back must be above zero.")
        )
    if value > payment.remaining.value:
        return Remark(
            words=Message("More than what is left of this payment cannot be given back."),
            advice=Message("{left} are left.", left=payment.remaining.digits),
        )
    if not Amount(value, payment.currency).is_plain:
        return Remark(
            words=Message("{currency} has no such fractions.", currency=payment.currency),
            advice=Message("Write the amount without them."),
        )
    return None


def _open(earlier: Sequence[Instruction]) -> Iterable[Remark]:
    if any(row.state in OPEN for row in earlier):
        yield Remark(
            words=Message("An earlier refund of this payment is still being checked."),
            advice=Message("Wait until it is settled."),
        )


def _again(earlier: Sequence[Instruction], amount: int) -> Iterable[Remark]:
    same = [row for row in earlier if row.amount == amount]
    if any(row.state in (State.CONFIRMED, State.CONFIRMED_BY_HUMAN, State.EXTERNAL) for row in same):
        yield Remark(
            words=Message("The same amount of this payment went back before."),
            advice=Message("Look whether the list was used already."),
        )
    if any(row.state in RETRYABLE for row in earlier):
        yield Remark(
            words=Message("An earlier try of this payment has not happened and waits for a decision.")
        )


def _worry(words: Message) -> Remark:
    return Remark(words=words)


def _remarks(found: Iterable[Finding], severity: Severity) -> list[Remark]:
    return [
        Remark(
            words=finding.words,
            advice=finding.advice,
            source=f"{finding.source.title} ({finding.source.date})",
        )
        for finding in found
        if finding.severity is severity
    ]


def _commonest(currencies: Iterable[str]) -> str:
    found = Counter(currencies).most_common(1)
    return found[0][0] if found else "KRW"


def _about(journal: Journal, subjects: Sequence[str]) -> Mapping[str, list[Instruction]]:
    return {subject: journal.about(subject) for subject in dict.fromkeys(subjects)}
