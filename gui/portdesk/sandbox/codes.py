"""Tag codes: card companies and banks by their standard codes."""

from __future__ import annotations

from collections.abc import Mapping

from portdesk.sandbox import texts
from portdesk.sandbox.calls import Call, Refusal, Reply, answer, operation
from portdesk.sandbox.channels import BANKS, CARDS
from portdesk.sandbox.state import State


@operation("GET", "/cards", "codes")
def list_cards(_call: Call, _state: State) -> Reply:
    """Every card company."""
    return answer(_all(CARDS))


@operation("GET", "/cards/{card_standard_code}", "codes")
def fetch_card(call: Call, _state: State) -> Reply:
    """One card company."""
    return _one(CARDS, call.path["card_standard_code"], texts.NO_CARD)


@operation("GET", "/banks", "codes")
def list_banks(_call: Call, _state: State) -> Reply:
    """Every bank."""
    return answer(_all(BANKS))


@operation("GET", "/banks/{bank_standard_code}", "codes")
def fetch_bank(call: Call, _state: State) -> Reply:
    """One bank."""
    return _one(BANKS, call.path["bank_standard_code"], texts.NO_BANK)


def _all(names: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"code": code, "name": name} for code, name in names.items()]


def _one(names: Mapping[str, str], code: str, missing: str) -> Reply:
    if code not in names:
        raise Refusal(404, -1, missing)
    return answer({"code": code, "name": names[code]})


OPERATIONS = (list_cards, fetch_card, list_banks, fetch_bank)
