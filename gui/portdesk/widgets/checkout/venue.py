"""Where a shop's pay windows are opened, and why they cannot be, if so."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass

from portdesk.checkout.opening import is_root
from portdesk.checkout.place import CheckoutPlace
from portdesk.checkout.request import preview_of
from portdesk.domain.checkout import PayRequest
from portdesk.domain.messages import Message

_NO_ENGINE = Message("Pay windows need QtWebEngine, which is not installed here. Everything else works.")
_AS_ROOT = Message("Pay windows are closed while Portdesk runs as root: pages of others are shown in them.")
_NO_SDK = Message("This server has no pay windows.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Venue:
    """
    The place of one shop's windows: a stand-in on this machine, or the live SDK.

    `here` is the stand-in's; a live shop has none and names itself in the form. `is_local` is
    a server on this machine that imitates the REST API alone.
    """

    here: CheckoutPlace | None = None
    is_local: bool = False
    tier_code: str | None = None

    @property
    def asks_for_code(self) -> bool:
        """Whether the shop has to name its identification code, and may name an address of its own."""
        return self.here is None and not self.is_local

    def place(self, user_code: str, origin: str) -> CheckoutPlace:
        """Where a window opens; raises `InputError` for a code or an address that cannot be one."""
        if self.here is not None:
            return self.here
        return CheckoutPlace.live(user_code, tier_code=self.tier_code, origin=origin)

    def preview(self, request: PayRequest, user_code: str) -> str:
        """The call as it would stand in a shop's own page."""
        code = user_code or "imp00000000"
        return preview_of(self.here or CheckoutPlace(user_code=code, tier_code=self.tier_code), request)

    def why_closed(self) -> Message | None:
        """Why no window can be opened on this computer, if so."""
        if importlib.util.find_spec("PySide6.QtWebEngineCore") is None:
            return _NO_ENGINE
        if self.asks_for_code and is_root():
            return _AS_ROOT
        return _NO_SDK if self.is_local and self.here is None else None
