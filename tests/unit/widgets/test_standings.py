"""What is shown of an attempt: the words of its state, and the server's record beside them."""

from __future__ import annotations

import msgspec
import pytest

from portdesk.ledger.checkout import UNSETTLED, CheckoutState, checkout_words
from portdesk.qt.marks import Mark
from portdesk.qt.privacy import Privacy
from portdesk.widgets.checkout.standings import standing_of
from samples.checkouts import checkout
from samples.payments import payment

GOOD = {CheckoutState.PAID, CheckoutState.ISSUED, CheckoutState.PAID_AND_ISSUED}


@pytest.mark.parametrize("state", list(CheckoutState))
def test_every_state_has_its_own_words(qapp: object, state: CheckoutState) -> None:
    row = msgspec.structs.replace(checkout(), state=state)

    standing = standing_of(row, None, Privacy())

    assert standing.sentence == checkout_words(row)
    assert standing.is_settled is (state not in UNSETTLED)
    assert (standing.mark is Mark.DONE) is (state in GOOD)


def test_what_differs_is_told_only_of_what_is_not_as_asked(qapp: object) -> None:
    wrong = msgspec.structs.replace(checkout(), state=CheckoutState.MISMATCH, note="amount,pg_id")
    fine = msgspec.structs.replace(checkout(), state=CheckoutState.LOOKING, note="failed")

    assert "amount,pg_id" in [value for _, value in standing_of(wrong, None, Privacy()).facts]
    assert "failed" not in [value for _, value in standing_of(fine, None, Privacy()).facts]


def test_a_card_number_is_never_whole(qapp: object) -> None:
    record = payment(1, card_number="5570421234567899")

    values = [value for _, value in standing_of(checkout(), record, Privacy()).facts]

    assert not any("5570421234567899" in value for value in values)
