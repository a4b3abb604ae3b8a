"""The pay windows that were asked for: one attempt each, from the call to its result."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass, field
from typing import Any, Final

from portdesk.sandbox.channels import Channel
from portdesk.sandbox.window.scenario import Scenario, Scenarios
from portdesk.sandbox.window.table import ANY_METHOD, Amounts, Mode, Row, amounts_with_key, row_of

_KEPT: Final = 500

PREPARED: Final = "PREPARED"
SHOWN: Final = "SHOWN"
ENDED: Final = "ENDED"
CERTIFICATION: Final = "certification"


@dataclass(slots=True, kw_only=True)
class Attempt:
    """One call of `request_pay` or `certification`; `params` are the caller's, with defaults filled in."""

    sid: str
    imp_uid: str
    params: dict[str, Any]
    channel: Channel
    tier: int
    mode: Mode
    is_new: bool
    scenario: Scenario
    origin: str
    """Of the page that called, for the messages to it; empty when it has none."""
    kind: str = "payment"
    is_mobile: bool = False
    state: str = PREPARED
    result: dict[str, Any] | None = field(default=None, repr=False)

    @property
    def row(self) -> Row:
        """How its PG behaves."""
        return row_of(self.channel.pg_provider)

    @property
    def merchant_uid(self) -> str:
        """The shop's order."""
        return str(self.params["merchant_uid"])

    @property
    def customer_uid(self) -> str | None:
        """The name of the billing key that is asked for."""
        uid = self.params.get("customer_uid")
        return str(uid) if uid else None

    @property
    def pay_method(self) -> str:
        """As asked, where the PG looks at it."""
        if ANY_METHOD in self.row.keys:
            return "card"
        return str(self.params["pay_method"])

    @property
    def amounts(self) -> Amounts | None:
        """What `amount` means; `None` for an ordinary payment."""
        if self.customer_uid is None:
            return None
        return amounts_with_key(self.channel.pg_provider, str(self.params["pay_method"]))


class Attempts:
    """The latest attempts and what was chosen for the next; safe to use from any thread."""

    def __init__(self) -> None:
        self.scenarios = Scenarios()
        self.is_falling_back = True
        """Whether the SDK silently opens another channel when the one that was asked for is not there."""
        self.hidden: set[str] = set()
        """Types of channels that the SDK is not told of, as in a shop that has none."""
        self.unreachable: set[str] = set()
        """Of the origins `sdk`, `core` and `pg`, those that hang up on everybody."""
        self._lock = threading.Lock()
        self._known: dict[str, Attempt] = {}

    def add(self, attempt: Attempt) -> Attempt:
        """Keep an attempt; the oldest is forgotten when there are many."""
        with self._lock:
            self._known[attempt.sid] = attempt
            while len(self._known) > _KEPT:
                self._known.pop(next(iter(self._known)))
        return attempt

    def find(self, sid: str) -> Attempt | None:
        """The attempt of this session."""
        return self._known.get(sid)

    def has_imp_uid(self, imp_uid: str) -> bool:
        """Whether an attempt has this id, even one whose window never stood."""
        with self._lock:
            return any(attempt.imp_uid == imp_uid for attempt in self._known.values())

    def latest(self, merchant_uid: str) -> Attempt | None:
        """The newest attempt at an order."""
        with self._lock:
            found = [one for one in self._known.values() if one.merchant_uid == merchant_uid]
        return found[-1] if found else None


def new_sid() -> str:
    """A session nobody can guess."""
    return secrets.token_urlsafe(18)
