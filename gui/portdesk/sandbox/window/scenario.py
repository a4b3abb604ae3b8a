"""What a test has chosen to happen in the next pay window of an order or a customer."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final

PAY: Final = "pay"
DECLINE: Final = "decline"
CANCEL: Final = "cancel"
TIME_OUT: Final = "time_out"
LOSE: Final = "lose"
LATE: Final = "late"
BUTTONS: Final = (PAY, DECLINE, CANCEL, TIME_OUT, LOSE, LATE)

TRUTH: Final = "truth"
SUCCESS: Final = "success"
FAILURE: Final = "failure"
NOTHING: Final = "nothing"
TOLD: Final = (TRUTH, SUCCESS, FAILURE, NOTHING)

TRIES: Final = ("scheme", "intent", "download", "alert", "confirm", "popup", "geolocation", "leave")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """
    How one window is to go.

    Whatever is left alone goes as at a well-behaved PG. The server's record is written by what the
    customer presses; `told` is only what the page is then told about it.
    """

    press: str | None = None
    """One of `BUTTONS`, pressed by the page itself as soon as it stands; else a person presses."""
    pay_means: str = PAY
    """What the button "pay" really does; one of `BUTTONS`."""
    told: str = TRUTH
    told_fields: Mapping[str, Any] = field(default_factory=dict)
    """Laid over what is told: a forged `imp_uid`, `merchant_uid` and so on."""
    times: int = 1
    """How often it is told."""
    record: Mapping[str, Any] = field(default_factory=dict)
    """Laid over the payment's record: another `amount`, `currency`, `pg_id` and so on."""
    after_seconds: float = 0.0
    """How long after the press the server's record follows it."""
    first_failed: bool = False
    """With a delay: the record is `failed` meanwhile, not `ready`."""
    refuse: str | None = None
    """The words with which the window is refused before it opens."""
    code: str | None = None
    message: str | None = None
    """Of a decline, in the PG's words."""
    opens: str | None = None
    """Another channel of this `pg_provider` opens, as when the SDK fell back to it."""
    flag: str = "success"
    """Under which key the older shape says how it went: `success` or `imp_success`."""
    flag_is_text: bool = False
    come_back_by: str = "get"
    """How a page that left comes back: `get`, or `post` answered with 302."""
    usage: str | None = None
    """`customer_uid_usage` of a record that both charges and registers: `issue` or `payment`."""
    tries: tuple[str, ...] = ()
    """What else the window attempts as soon as it stands; of `TRIES`."""


def scenario_from(wish: Mapping[str, Any]) -> Scenario:
    """A scenario from JSON; raises `ValueError` or `TypeError` for one that does not exist."""
    known = {field.name for field in fields(Scenario)}
    unknown = set(wish) - known
    if unknown:
        raise ValueError(f"no such field: {', '.join(sorted(unknown))}")
    scenario = Scenario(**{**wish, "tries": tuple(wish.get("tries", ()))})
    for value, allowed in (
        (scenario.press, (None, *BUTTONS)),
        (scenario.pay_means, BUTTONS),
        (scenario.told, TOLD),
        (scenario.flag, ("success", "imp_success")),
        (scenario.come_back_by, ("get", "post")),
        *((one, TRIES) for one in scenario.tries),
    ):
        if value not in allowed:
            raise ValueError(f"{value!r} is not one of {allowed}")
    return scenario


class Scenarios:
    """The scenarios that were chosen and not played yet; safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[tuple[str | None, str | None, Scenario]] = []

    def choose(
        self, scenario: Scenario, *, merchant_uid: str | None = None, customer_uid: str | None = None
    ) -> None:
        """Let the next window of this order and this customer go so; of anybody when neither is named."""
        with self._lock:
            self._waiting.append((merchant_uid, customer_uid, scenario))

    def clear(self) -> None:
        """Let every window go as at a well-behaved PG."""
        with self._lock:
            self._waiting.clear()

    def take(self, merchant_uid: str, customer_uid: str | None) -> Scenario:
        """What was chosen for this window first, once."""
        with self._lock:
            for chosen in self._waiting:
                order, customer, scenario = chosen
                if order in (None, merchant_uid) and customer in (None, customer_uid):
                    self._waiting.remove(chosen)
                    return scenario
        return Scenario()
