"""Rules about what a request means at its PG: the channel, the method, and what becomes of money."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from portdesk.domain.checkout import Purpose
from portdesk.domain.messages import Message
from portdesk.domain.pg import sources
from portdesk.domain.pg.pay.asked import Asked
from portdesk.domain.pg.pay.channel import Certainty
from portdesk.domain.pg.pay.effect import Effect
from portdesk.domain.pg.pay.fields import FIELDS, WIRE_NAMES
from portdesk.domain.pg.pay.rule import PayRule
from portdesk.domain.pg.pay.window import AmountMeaning
from portdesk.domain.pg.rule import Severity

_READ_BY_ALL: Final = frozenset(
    {"merchant_uid", "amount", "name", "currency", "customer_uid", "bypass"}
    | {"buyer_name", "buyer_tel", "buyer_email", "buyer_addr", "buyer_postcode"}
)


def _unread(asked: Asked) -> list[str]:
    """The parameters this PG is not known to read, by the wire's names."""
    known = _READ_BY_ALL | asked.window.takes
    return [
        WIRE_NAMES[name]
        for name in FIELDS
        if name not in known and asked.given(name) and not _belongs(name, asked)
    ]


def _belongs(name: str, asked: Asked) -> bool:
    return (name, asked.method) in {("vbank_due", "vbank"), ("digital", "phone")}


def _unread_switches(asked: Asked) -> list[str]:
    known = {switch.path for switch in asked.window.switches}
    return [path for path in _paths(asked.request.bypass or {}) if path not in known]


def _paths(options: Mapping[str, Any], above: str = "") -> list[str]:
    found: list[str] = []
    for name, value in options.items():
        path = f"{above}{name}"
        found += _paths(value, f"{path}.") if isinstance(value, Mapping) else [path]
    return found


def _is_sure_of_channel(asked: Asked) -> bool:
    return asked.choice.certainty in (Certainty.SURE, Certainty.UNSEEN)


def _channel(certainty: Certainty, words: Message, advice: Message) -> PayRule:
    return PayRule(
        id=f"pay.channel_{certainty.value}",
        severity=Severity.BLOCKS,
        applies=lambda asked: asked.choice.certainty is certainty,
        words=words,
        advice=advice,
        source=sources.SDK,
        always=True,
    )


_CHOOSE: Final = Message("Choose a channel.")

MEANING_RULES: Final = (
    _channel(
        Certainty.UNKNOWN,
        Message("The shop has no such channel; another one would open without a word."),
        _CHOOSE,
    ),
    _channel(Certainty.OPEN, Message("The shop has several channels and none is named."), _CHOOSE),
    _channel(
        Certainty.AMBIGUOUS,
        Message("The shop has several channels at this PG, and which one is meant is not said."),
        Message("Name the channel, or write its MID after the code and a dot."),
    ),
    _channel(Certainty.CONTRADICTION, Message("Two different channels are named."), _CHOOSE),
    PayRule(
        id="pay.api_channel",
        severity=Severity.WARNS,
        applies=lambda asked: asked.choice.setting is not None and asked.choice.setting.type == "api_payment",
        words=Message("This channel is set up for the REST API; its window may not open."),
        source=sources.CHANNELS,
        always=True,
    ),
    PayRule(
        id="pay.no_window",
        severity=Severity.BLOCKS,
        applies=lambda asked: (
            _is_sure_of_channel(asked) and not asked.registers and not asked.window.pays_without_key
        ),
        words=Message("This PG has no pay window under this code."),
        source=sources.PG_CODES,
        always=True,
    ),
    PayRule(
        id="pay.no_key_window",
        severity=Severity.BLOCKS,
        applies=lambda asked: asked.registers and not asked.window.billing and _is_sure_of_channel(asked),
        words=Message("Cards cannot be registered in the window of this PG."),
        source=sources.BILLING_MATRIX,
        always=True,
    ),
    PayRule(
        id="pay.key_method",
        severity=Severity.BLOCKS,
        applies=lambda asked: (
            asked.registers and bool(asked.window.billing) and asked.meaning is AmountMeaning.NO_WINDOW
        ),
        words=lambda asked: Message(
            "This PG registers with these methods only: {methods}.", methods=", ".join(asked.window.billing)
        ),
        source=sources.BILLING_MATRIX,
        always=True,
    ),
    PayRule(
        id="pay.method",
        severity=Severity.BLOCKS,
        applies=lambda asked: (
            asked.window.reads_method and not asked.registers and asked.method not in asked.window.methods
        ),
        words=lambda asked: Message("This PG does not take “{method}”.", method=asked.method),
        source=sources.REQUEST,
    ),
    PayRule(
        id="pay.method_unread",
        severity=Severity.NOTES,
        applies=lambda asked: not asked.window.reads_method and asked.given("pay_method"),
        words=Message("This PG does not read the pay method; the customer chooses in the window."),
        source=sources.REQUEST,
    ),
    PayRule(
        id="pay.currency",
        severity=Severity.BLOCKS,
        applies=lambda asked: bool(asked.window.currencies) and asked.currency not in asked.window.currencies,
        words=lambda asked: Message(
            "This PG takes {currencies} only.", currencies=", ".join(asked.window.currencies)
        ),
        source=sources.CURRENCIES,
    ),
    PayRule(
        id="pay.amount_zero",
        severity=Severity.BLOCKS,
        applies=lambda asked: asked.effect is Effect.REFUSED and not asked.registers,
        words=Message("A payment needs an amount of more than 0."),
        source=sources.REQUEST,
    ),
    PayRule(
        id="pay.key_always_charges",
        severity=Severity.BLOCKS,
        applies=lambda asked: asked.effect is Effect.REFUSED and asked.registers,
        words=Message("This PG charges whenever a card is registered; the amount has to be more than 0."),
        source=sources.BILLING_MATRIX,
    ),
    PayRule(
        id="pay.charges_though",
        severity=Severity.BLOCKS,
        applies=lambda asked: (
            asked.purpose is Purpose.REGISTER and asked.effect is Effect.REGISTERED_AND_CHARGED
        ),
        words=Message("The card was to be registered only, but here the amount is charged as well."),
        advice=Message("Choose “register and charge”, or an amount of 0 where the PG takes it."),
        source=sources.BILLING_MATRIX,
    ),
    PayRule(
        id="pay.charges_nothing",
        severity=Severity.WARNS,
        applies=lambda asked: (
            asked.purpose is Purpose.BOTH and asked.effect in (Effect.REGISTERED, Effect.SHOWN, Effect.TESTED)
        ),
        words=Message("Here the card is registered and nothing is charged."),
        advice=Message("Charge the registered card afterwards."),
        source=sources.BILLING_MATRIX,
    ),
    PayRule(
        id="pay.key_missing",
        severity=Severity.BLOCKS,
        applies=lambda asked: asked.purpose in (Purpose.REGISTER, Purpose.BOTH) and not asked.registers,
        words=Message("To register a card, its key needs a name."),
        source=sources.WITHOUT_WINDOW,
        always=True,
    ),
    PayRule(
        id="pay.registers_though",
        severity=Severity.BLOCKS,
        applies=lambda asked: asked.purpose is Purpose.PAY and asked.registers,
        words=Message("A payment was to be taken, but with a key name the card is registered."),
        source=sources.WITHOUT_WINDOW,
        always=True,
    ),
    PayRule(
        id="pay.unread",
        severity=Severity.WARNS,
        applies=lambda asked: bool(_unread(asked)),
        words=lambda asked: Message(
            "This PG is not known to read: {parameters}.", parameters=", ".join(_unread(asked))
        ),
        source=sources.REQUEST,
    ),
    PayRule(
        id="pay.bypass",
        severity=Severity.NOTES,
        applies=lambda asked: bool(_unread_switches(asked)),
        words=lambda asked: Message(
            "Options nobody wrote down: {options}.", options=", ".join(_unread_switches(asked))
        ),
        source=sources.REQUEST,
    ),
    PayRule(
        id="pay.test",
        severity=Severity.NOTES,
        applies=lambda asked: asked.choice.setting is not None and asked.choice.setting.is_test_channel,
        words=Message("This is a test channel. Several PGs undo their test payments before midnight."),
        source=sources.TEST_CANCEL,
    ),
)
