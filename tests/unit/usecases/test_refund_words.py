"""Whatever is decided: the words, the body and the journal's row say the same of one instruction."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portdesk.api.endpoints.payments import CANCEL_PAYMENT
from portdesk.domain.money import minor_digits
from portdesk.ledger.instruction import Instruction, from_minor
from portdesk.ledger.refund import Wish, freeze
from portdesk.store.journal_rows import frozen_values, instruction_of, progress_values
from portdesk.usecases.refund_wire import Extras, request_of
from portdesk.usecases.refund_words import action_of, amount_of, decision_of, rest_of
from samples.instructions import seen

ONE_LINE = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=300)


@st.composite
def decisions(draw: st.DrawFn) -> Instruction:
    """Any refund that can be frozen at all, in minor units of its currency."""
    currency = draw(st.sampled_from(["KRW", "USD", "JPY"]))
    balance = draw(st.integers(1, 10**12))
    amount = draw(st.integers(1, balance))
    taxes = [draw(st.none() | st.integers(0, amount)) for _ in range(2)]
    wish = Wish(
        amount=from_minor(amount, currency),
        currency=currency,
        reason=draw(ONE_LINE),
        actor="kim",
        tax_free=None if taxes[0] is None else from_minor(taxes[0], currency),
        vat_amount=None if taxes[1] is None else from_minor(taxes[1], currency),
        with_code=draw(st.booleans()),
    )
    return freeze(draw(st.text("0123456789abcdef", min_size=16, max_size=16)), wish, seen(balance))


def sent(row: Instruction) -> dict[str, Any]:
    body = CANCEL_PAYMENT.call(request_of(row, Extras())).body
    assert body is not None
    fields: dict[str, Any] = json.loads(body, parse_float=Decimal, parse_int=Decimal)
    return fields


@given(decisions())
def test_words_body_and_row_agree(row: Instruction) -> None:
    body, kept = sent(row), instruction_of([*frozen_values(row), *progress_values(row)])
    told = " · ".join(map(str, decision_of(row)))
    digits = minor_digits(row.currency)

    assert kept == row
    assert 0 < body["amount"] == amount_of(kept).value <= body["checksum"]
    assert rest_of(kept).value == body["checksum"] - body["amount"]
    assert str(action_of(row)) == f"&Refund {body['amount']:,.{digits}f} {row.currency}"
    assert told.startswith(f"Refund of {body['amount']:,.{digits}f} {row.currency} · ")
    assert told.endswith(f"Reason “{body['reason']}”")
    before = told.partition("Reason “")[0]
    assert ("tax_free" in body, "vat_amount" in body) == ("tax-free " in before, "VAT " in before)
    assert "merchant_uid" not in body


@pytest.mark.parametrize(("with_code", "ends"), [(True, "]"), (False, "…")])
def test_the_code_is_never_what_is_cut_off(with_code: bool, ends: str) -> None:
    wish = Wish(amount=Decimal(1), currency="KRW", reason="가" * 255 + "…", actor="kim", with_code=with_code)
    row = freeze("0123456789abcdef", wish, seen())

    assert len(row.reason) == 256
    assert row.reason.endswith(ends)
    assert sent(row)["reason"] == row.reason
