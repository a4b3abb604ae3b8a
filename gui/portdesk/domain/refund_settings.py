"""What a shop has chosen about its refunds: its reasons, its limit, our code in the reason."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Final

import msgspec

from portdesk.domain.plain import visible

LONGEST_REASON: Final = 100
MOST_REASONS: Final = 30
MOST_LATEST: Final = 5
LARGEST_LIMIT: Final = 10**12

Reason = Annotated[str, msgspec.Meta(max_length=1000)]


class RefundSettings(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """
    One shop's choices. `reasons` of `None` is the list that every language brings along.

    `latest` are the reasons given last, newest first, `limit` the won above which a second
    confirmation is asked for, `with_code` whether the reason that is sent ends in our code.
    """

    reasons: tuple[Reason, ...] | None = None
    latest: tuple[Reason, ...] = ()
    limit: Annotated[int, msgspec.Meta(ge=0, le=LARGEST_LIMIT)] = 500_000
    with_code: bool = True

    def after(self, reason: str) -> RefundSettings:
        """The same, with `reason` as the one given last."""
        latest = clean_reasons((reason, *self.latest))[:MOST_LATEST]
        return msgspec.structs.replace(self, latest=latest)

    def offered(self, standard: Iterable[str]) -> tuple[str, ...]:
        """The shop's own list, or `standard`, then what was typed lately beside it."""
        own = tuple(standard) if self.reasons is None else self.reasons
        return tuple(dict.fromkeys((*own, *self.latest)))


def clean_reasons(reasons: Iterable[str]) -> tuple[str, ...]:
    """`reasons` in their order: none empty, none twice, none longer than a line."""
    plain = (" ".join(visible(reason, LONGEST_REASON).split()) for reason in reasons)
    return tuple(dict.fromkeys(reason for reason in plain if reason))[:MOST_REASONS]
