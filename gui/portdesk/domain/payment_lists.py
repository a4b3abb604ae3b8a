"""Payments as a list shows them: one row, and the question a list answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum

import msgspec

from portdesk.domain.ids import CustomerUid, ImpUid, MerchantUid
from portdesk.domain.money import Amount
from portdesk.domain.payments import PaymentState, PaymentStatus, state_of
from portdesk.domain.search_terms import Term


class PaymentRow(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a list shows of one payment. Times are Korean time; `amount` is exact."""

    imp_uid: ImpUid
    merchant_uid: MerchantUid
    name: str | None
    buyer_name: str | None
    buyer_tel: str | None
    buyer_email: str | None
    pay_method: str | None
    pg_provider: str | None
    emb_pg_provider: str | None
    pg_id: str | None
    instrument: str | None
    """The card company, bank or account bank that paid."""
    card_number: str | None
    apply_num: str | None
    customer_uid: CustomerUid | None
    amount: Decimal
    cancel_amount: Decimal
    currency: str
    status: PaymentStatus
    awaits_deposit: bool
    is_test_channel: bool
    escrow: bool
    occurred_at: datetime | None
    """When it was paid; failed; or, before either, requested."""
    started_at: datetime | None
    paid_at: datetime | None
    cancelled_at: datetime | None
    failed_at: datetime | None

    @property
    def charged(self) -> Amount:
        """What was asked for, with its currency."""
        return Amount(self.amount, self.currency)

    @property
    def returned(self) -> Amount:
        """What has gone back so far."""
        return Amount(self.cancel_amount, self.currency)

    @property
    def state(self) -> PaymentState:
        """The state a person would name."""
        return state_of(
            status=self.status,
            amount=self.amount,
            cancel_amount=self.cancel_amount,
            awaits_deposit=self.awaits_deposit,
        )


class PaymentSort(Enum):
    """What a list of payments can be ordered by; ties fall back to the newest first."""

    OCCURRED_AT = "occurred_at"
    NAME = "name"
    BUYER_NAME = "buyer_name"
    INSTRUMENT = "instrument"
    PG_PROVIDER = "pg_provider"
    AMOUNT = "amount"
    CANCEL_AMOUNT = "cancel_amount"
    STATE = "state"
    MERCHANT_UID = "merchant_uid"
    IMP_UID = "imp_uid"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentQuery:
    """
    The question a list of payments answers.

    `since` is inclusive and `until` exclusive, both compare `occurred_at`. An empty `states` means
    all of them; `test_channel` of `None` means both kinds. Every one of `terms` must fit.
    `returned_since` and `returned_until` bound the time of the last refund in the same way.
    """

    since: datetime | None = None
    until: datetime | None = None
    returned_since: datetime | None = None
    returned_until: datetime | None = None
    states: frozenset[PaymentState] = frozenset()
    test_channel: bool | None = None
    terms: tuple[Term, ...] = ()
    sort: PaymentSort = PaymentSort.OCCURRED_AT
    descending: bool = True


@dataclass(frozen=True, slots=True)
class CurrencyTotal:
    """The sum of a list in one currency: how many rows, what was paid in and what went back."""

    currency: str
    rows: int
    paid: Decimal
    returned: Decimal
