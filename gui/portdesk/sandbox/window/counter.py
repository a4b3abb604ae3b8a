"""What happens when somebody presses a button of a pay window, or closes it."""

from __future__ import annotations

from typing import Any, Final

from portdesk.sandbox import cards
from portdesk.sandbox.channels import CARDS
from portdesk.sandbox.state import State
from portdesk.sandbox.window import truth
from portdesk.sandbox.window.attempts import CERTIFICATION, ENDED, PREPARED, SHOWN, Attempt
from portdesk.sandbox.window.results import Result, told
from portdesk.sandbox.window.scenario import CANCEL, DECLINE, LATE, LOSE, NOTHING, PAY, TIME_OUT
from portdesk.sandbox.window.table import Mode

LATE_SECONDS: Final = 30
"""How long after "approve late" the server's record follows, unless a scenario says otherwise."""

Card = dict[str, Any]


def card_from(wish: dict[str, Any]) -> Card:
    """
    The card a page tells of; raises `ValueError` for a number that is not masked or an unknown issuer.

    A page masks the number before it leaves the browser. One that comes whole is not taken in.
    """
    number = str(wish.get("card_number") or "")
    if number and not cards.is_masked(number):
        raise ValueError("a card number must come masked")
    code = str(wish.get("card_code") or "") or (cards.issuer_of(number) if number else "")
    if code and code not in CARDS:
        raise ValueError("no such card company")
    quota = wish.get("card_quota")
    return {"number": number, "code": code, "quota": quota if isinstance(quota, int) else 0}


def show(attempt: Attempt, state: State, user_agent: str) -> None:
    """The window stands: the payment begins, once."""
    if attempt.state != PREPARED:
        return
    attempt.state = SHOWN
    if attempt.kind != CERTIFICATION:
        truth.begin(attempt, state, user_agent)


def press(attempt: Attempt, state: State, button: str, card: Card) -> bool:
    """
    Do what the button does; whether the window then goes back to PortOne with a result.

    A window that has ended already only hears its result again.
    """
    if attempt.state == ENDED:
        return True
    if button == PAY:
        button = attempt.scenario.pay_means
    if attempt.kind != CERTIFICATION:
        _write(attempt, state, button, card)
    attempt.state = ENDED
    payment = state.book.find(attempt.imp_uid, attempt.tier)
    # A popup whose answer was lost is asked about when it has closed: then the truth is told.
    attempt.result = told(attempt, payment, PAY if button == LOSE else button)
    return button != LOSE and attempt.scenario.told != NOTHING and attempt.mode is not Mode.NEVER


def close(attempt: Attempt, state: State) -> Result | None:
    """
    What is told of a window that was closed: its result if it has one, else that it was given up.

    In the newer flow the payment stays as it was: nobody tells the PG.
    """
    if attempt.state != ENDED:
        if not attempt.is_new and attempt.kind != CERTIFICATION:
            truth.refuse(attempt, state, truth.GAVE_UP)
        attempt.state = ENDED
        attempt.result = told(attempt, None, CANCEL)
    return attempt.result


def _write(attempt: Attempt, state: State, button: str, card: Card) -> None:
    code = attempt.scenario.code or truth.DECLINED[0]
    message = attempt.scenario.message or truth.DECLINED[1]
    reasons = {
        CANCEL: truth.GAVE_UP,
        TIME_OUT: truth.TIMED_OUT,
        DECLINE: f"[{code}] {message}",
    }
    if button in reasons:
        truth.refuse(attempt, state, reasons[button])
        return
    seconds = attempt.scenario.after_seconds
    if not seconds and button == LATE:
        seconds = LATE_SECONDS
    if not seconds and attempt.row.is_late:
        seconds = state.settings.window_delay_seconds
    truth.approve(attempt, state, card, seconds)
