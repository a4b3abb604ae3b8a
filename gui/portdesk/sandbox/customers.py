"""Tag subscribe.customer: the billing keys of the shop."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from typing import Any, Final

from portdesk.sandbox import cards, texts
from portdesk.sandbox.billing_keys import Key, blank_key, put_card
from portdesk.sandbox.calls import Call, Refusal, Reply, answer, operation, text
from portdesk.sandbox.channels import CHANNELS, Channel
from portdesk.sandbox.clock import KST_SHIFT
from portdesk.sandbox.payments import paged
from portdesk.sandbox.state import State

ISSUING: Final = (
    "nice", "kcp", "daou", "html5_inicis", "inicis", "tosspayments", "ksnet", "nice_v2", "welcome",
    "settle", "jtnet",
)  # fmt: skip
"""PGs that issue a key without a window. Published description; seed 000 for jtnet."""

_LONGEST_UID: Final = 80
_ROWS: Final = 20
_EXPIRY: Final = re.compile(r"(20\d{2})-(0[1-9]|1[0-2])")
_BIRTH: Final = re.compile(r"\d{6}|\d{10}")


@operation("GET", "/subscribe/customers", "subscribe.customer")
def fetch_keys(call: Call, state: State) -> Reply:
    """Several keys by name; 207 when some are missing, 404 when all are."""
    asked = call.asked_all("customer_uid[]")
    if not asked:
        raise Refusal(404, -1, texts.MISSING)
    found = [state.billing_keys.find(uid, call.tier) for uid in asked]
    known = [key for key in found if key is not None]
    if not known:
        raise _missing(asked[0], state)
    return answer(known, 200 if len(known) == len(asked) else 207)


@operation("GET", "/subscribe/customers/{customer_uid}", "subscribe.customer")
def fetch_key(call: Call, state: State) -> Reply:
    """One key."""
    return answer(_known(call, state))


@operation("POST", "/subscribe/customers/{customer_uid}", "subscribe.customer")
def issue_key(call: Call, state: State) -> Reply:
    """
    Register a card without a window.

    Of its number only the masked form outlives this call.
    """
    fields = call.fields()
    uid = call.path["customer_uid"]
    number = cards.digits_of(text(fields, "card_number"))
    if not uid or len(uid) > _LONGEST_UID or not number or not text(fields, "expiry"):
        raise Refusal(400, -1, texts.MISSING)
    channel = _channel(fields)
    if channel.pg_provider not in ISSUING:
        raise Refusal(200, -1, texts.NO_KEY_BY_API)
    if not cards.can_exist(number):
        raise Refusal(200, -1, texts.BAD_CARD)
    if not _is_true(fields, call.now):
        raise Refusal(200, -1, texts.CARD_NOT_CERTIFIED)
    key = blank_key(uid) | {
        "pg_provider": channel.pg_provider,
        "pg_id": channel.pg_id,
        "sandbox": channel.sandbox,
        "customer_id": text(fields, "customer_id") or None,
    }
    number = cards.masked(number)
    put_card(key, cards.issuer_of(number), number, None if "inicis" in channel.pg_provider else 0)
    for name in ("name", "tel", "email", "addr", "postcode"):
        key[f"customer_{name}"] = text(fields, f"customer_{name}") or None
    return answer(state.billing_keys.issue(key, call.tier, call.now))


@operation("DELETE", "/subscribe/customers/{customer_uid}", "subscribe.customer")
def delete_key(call: Call, state: State) -> Reply:
    """Take a key away for good."""
    _known(call, state)
    return answer(state.billing_keys.delete(call.path["customer_uid"], call.tier, call.now))


@operation("GET", "/subscribe/customers/{customer_uid}/payments", "subscribe.customer")
def list_payments_of_key(call: Call, state: State) -> Reply:
    """The payments made with a key, newest first, in pages of twenty."""
    found = state.book.of_customer(call.path["customer_uid"], call.tier)
    if not found:
        _known(call, state)
    page = max(1, call.whole("page", 1))
    first = (page - 1) * _ROWS
    return paged(found[first : first + _ROWS], len(found), page, _ROWS)


OPERATIONS = (fetch_keys, fetch_key, issue_key, delete_key, list_payments_of_key)


def _known(call: Call, state: State) -> Key:
    key = state.billing_keys.find(call.path["customer_uid"], call.tier)
    if key is None:
        raise _missing(call.path["customer_uid"], state)
    return key


def _missing(customer_uid: str, state: State) -> Refusal:
    message = texts.NO_KEY.format(customer_uid)
    return Refusal(404, -1, message) if state.settings.unknown_key_is_404 else Refusal(200, 1, message)


def _channel(fields: Mapping[str, Any]) -> Channel:
    """By `channel_key`, else by `pg` with or without its shop id, else the first that issues keys."""
    key, pg = text(fields, "channel_key"), text(fields, "pg")
    provider, _, pg_id = pg.partition(".")
    for channel in sorted(CHANNELS, key=lambda channel: channel.type != "api_payment"):
        if key:
            fits = channel.key == key
        elif pg:
            fits = channel.pg_provider == provider and pg_id in ("", channel.pg_id)
        else:
            fits = channel.pg_provider in ISSUING
        if fits and channel.type != "certification":
            return channel
    raise Refusal(400, -1, texts.NO_CHANNEL)


def _is_true(fields: Mapping[str, Any], now: int) -> bool:
    expiry = _EXPIRY.fullmatch(text(fields, "expiry"))
    if expiry is None:
        return False
    today = time.gmtime(now + KST_SHIFT)
    if (int(expiry[1]), int(expiry[2])) < (today.tm_year, today.tm_mon):
        return False
    birth = text(fields, "birth")
    return not birth or _BIRTH.fullmatch(birth) is not None
