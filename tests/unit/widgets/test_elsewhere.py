"""The message for a customer names the order and what is charged, and nothing of the customer."""

from __future__ import annotations

import pytest

from portdesk.domain.checkout import Purpose
from portdesk.ledger.checkout import Checkout
from portdesk.qt import words
from portdesk.widgets.checkout.elsewhere import message_for
from samples.checkouts import checkout, registering


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (checkout(), "Hello. Please pay ₩9,900 for “장미” on a phone or on our web page."),
        (
            checkout(amount=1250, charge=1250, currency="USD"),
            "Hello. Please pay US$12.50 for “장미” on a phone or on our web page.",
        ),
        (
            registering(amount=9900),
            "Hello. Please register your card for “장미” on a phone or on our web page.",
        ),
        (
            checkout(purpose=Purpose.BOTH, customer_uid="kim_0001"),
            "Hello. Please register your card and pay ₩9,900 for “장미” on a phone or on our web page.",
        ),
    ],
)
def test_it_says_what_is_charged(row: Checkout, message: str) -> None:
    assert message_for(row, " 장미 ") == message


def test_it_is_in_the_language_of_the_program() -> None:
    words.set_language("ko")

    assert "9,900원 결제를 휴대전화나" in message_for(checkout(), "장미")


@pytest.mark.parametrize("name", ["", "  "])
def test_an_order_without_a_name_is_known_by_its_number(name: str) -> None:
    assert "“m1”" in message_for(checkout(), name)


def test_what_a_name_hides_is_seen_and_none_is_endless() -> None:
    message = message_for(checkout(), "a\u202eb\n" + "c" * 1000)

    assert "\u202e" not in message
    assert "\n" not in message
    assert len(message) < 200
