"""The words for refunds: what happened, how a request ended, what a look found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from portdesk.qt.words import later

EVENTS: Final[Mapping[str, str]] = {
    "planned": later("Confirmed by the click"),
    "claimed": later("Request {number} written down, then sent"),
    "returned": later("Not carried out; another request may follow"),
    "confirmed": later("The server's record names it"),
    "refused": later("The answer was no; not believed yet"),
    "unknown": later("No clear answer; it may have been carried out"),
    "not_sent": later("Nothing was sent"),
    "recovered": later("The program had ended in the middle; found at the next start"),
    "looked": later("First reading after the request"),
    "settled": later("Settled by the server's record"),
    "overlapped": later("Somebody else refunded at the same moment"),
    "decided": later("Decided by a person"),
    "abandoned": later("Given up"),
}

ANSWERS: Final[Mapping[str, str]] = {
    "Accepted": later("The server said yes"),
    "Refused": later("The server said no"),
    "NotSent": later("It certainly never left this computer"),
    "NotExecuted": later("Turned away at the door, nothing was done"),
    "Unclear": later("No clear answer"),
}

CAUSES: Final[Mapping[str, str]] = {
    "click": later("a click"),
    "not sent": later("the one before never left"),
    "token": later("the access had expired"),
}

GROUNDS: Final[Mapping[str, str]] = {
    "our code": later("The record carries our code."),
    "unchanged": later("The record was unchanged."),
    "older than what the dialog showed": later("The server showed an older record than before."),
    "the record does not add up": later("The sums in the record do not add up."),
    "its numbers prove nothing": later("The sums of this kind of payment prove nothing."),
    "an equal amount without a name": later("A refund of the same amount stands there without our code."),
    "all changes are others'": later("All changes are somebody else's."),
    "other amounts": later("Only other amounts were refunded."),
    "our code stands there more than once": later("Our code stands there more than once."),
    "our code with another amount": later("Our code stands there with another amount."),
    "the server tells no time": later("The server tells no time, so waiting proves nothing."),
    "the provider refunds later, and nothing has come": later(
        "This PG refunds in its own time, and days later nothing has come."
    ),
}
