"""Which of the shop's channels a request opens, and whether that is certain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from portdesk.domain.checkout import PayRequest
from portdesk.domain.reference import PgSetting


class Certainty(Enum):
    """How sure it is which channel opens."""

    SURE = "sure"
    UNSEEN = "unseen"
    """The shop's channels are not known here, so the words of the request are believed."""
    UNKNOWN = "unknown"
    """The request names a channel the shop does not have; the SDK opens another one, silently."""
    OPEN = "open"
    """The request names none, and there are several."""
    AMBIGUOUS = "ambiguous"
    """Several channels have the code it names."""
    CONTRADICTION = "contradiction"
    """`channel_key` and `pg` name two different channels."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What would open: the PG's code and the channel where it is known."""

    code: str
    certainty: Certainty
    setting: PgSetting | None = None


def payment_channels(channels: Sequence[PgSetting]) -> tuple[PgSetting, ...]:
    """The channels that take payments; the others check identities."""
    return tuple(channel for channel in channels if channel.type != "certification")


def choose_channel(request: PayRequest, channels: Sequence[PgSetting]) -> Choice:
    """The channel a request opens, as the SDK is told to choose."""
    found = payment_channels(channels)
    if request.channel_key:
        return _by_key(request, found)
    if request.pg:
        return _by_pg(request.pg, found)
    if len(found) == 1:
        return Choice(found[0].pg_provider, Certainty.SURE, found[0])
    return Choice(found[0].pg_provider if found else "", Certainty.OPEN if found else Certainty.UNSEEN)


def _by_key(request: PayRequest, channels: Sequence[PgSetting]) -> Choice:
    code = (request.pg or "").partition(".")[0]
    if not channels:
        return Choice(code, Certainty.UNSEEN)
    for channel in channels:
        if channel.channel_key == request.channel_key:
            agrees = not request.pg or channel in _named(request.pg, channels)
            certainty = Certainty.SURE if agrees else Certainty.CONTRADICTION
            return Choice(channel.pg_provider, certainty, channel)
    return Choice(code, Certainty.UNKNOWN)


def _by_pg(pg: str, channels: Sequence[PgSetting]) -> Choice:
    code = pg.partition(".")[0]
    if not channels:
        return Choice(code, Certainty.UNSEEN)
    named = _named(pg, channels)
    if not named:
        return Choice(code, Certainty.UNKNOWN)
    return Choice(code, Certainty.SURE if len(named) == 1 else Certainty.AMBIGUOUS, named[0])


def _named(pg: str, channels: Sequence[PgSetting]) -> list[PgSetting]:
    code, _, mid = pg.partition(".")
    return [
        channel for channel in channels if channel.pg_provider == code and (not mid or channel.pg_id == mid)
    ]
