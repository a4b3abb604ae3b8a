"""How the record of refunds stands, in words: what it may be used for, and what can be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from portdesk.domain.messages import Message
from portdesk.store.journal_check import Standing
from portdesk.usecases.refunds import Refunds


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """What to tell while nothing may be sent; `may_be_accepted` by the owner, once it is quiet."""

    text: Message
    advice: Message
    may_be_accepted: bool = False


_STANDS: Final[Mapping[Standing, Stand]] = {
    Standing.UNPROVEN: Stand(
        text=Message("Refunds are locked: whether the record of refunds is the newest cannot be proven yet."),
        advice=Message("Portdesk compares everything open with the server, then unlocks by itself."),
    ),
    Standing.ROLLED_BACK: Stand(
        text=Message("Refunds are locked: the record of refunds is older than it was, or another one."),
        advice=Message(
            "An old copy was put back, perhaps. Put the newest back, or go on with this one: refunds made "
            "since then are missing in it."
        ),
        may_be_accepted=True,
    ),
    Standing.DAMAGED: Stand(
        text=Message("Refunds are locked: the record of refunds is damaged, or somebody has edited it."),
        advice=Message(
            "Close Portdesk and put back the newest of the copies that lie beside it. What can be read is "
            "shown here."
        ),
    ),
    Standing.NEWER: Stand(
        text=Message("Refunds are locked: the record of refunds was written by a newer Portdesk."),
        advice=Message("Update Portdesk. Until then everything can be looked at."),
    ),
    Standing.IN_USE: Stand(
        text=Message(
            "Another Portdesk on this computer writes the record of refunds, so this one only shows."
        ),
        advice=Message("Refund there, or close it and open this one again."),
    ),
    Standing.UNUSABLE: Stand(
        text=Message("Refunds are locked: the record of refunds cannot be read or written."),
        advice=Message("Check that the disk has room and that you may write to the data folder."),
    ),
}
_NO_ROOM: Final = Stand(
    text=Message("Refunds are locked: the disk has no room left to write down what is sent."),
    advice=Message("Make room on the disk, then open Portdesk again. Results are still written down."),
)


def stand_of(refunds: Refunds) -> Stand | None:
    """What keeps refunds from being sent, `None` if nothing does."""
    if refunds.may_send:
        return None
    return _STANDS.get(refunds.standing, _NO_ROOM)
