"""What a payment window may load, told apart without a browser."""

from __future__ import annotations

import re
from typing import Final

from portdesk.checkout.place import CheckoutPlace
from portdesk.checkout.results import NoticeKind

OWN_SCHEMES: Final = ("https", "wss", "data", "blob", "about")
_LOOPBACK: Final = re.compile(
    r"localhost|.*\.localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[?::1?\]?|\[?::ffff:.*\]?"
)


class Gate:
    """What may be loaded at a place; pure, so that it can be told from every side."""

    def __init__(self, place: CheckoutPlace) -> None:
        self._loopback = place.loopback

    def refusal(self, scheme: str, host: str, origin: str) -> NoticeKind | None:
        """Why an address is not loaded, or `None` when it may be."""
        if origin in self._loopback:
            return None
        if _LOOPBACK.fullmatch(host):
            return NoticeKind.THIS_MACHINE
        if scheme in OWN_SCHEMES:
            return None
        return NoticeKind.PLAIN_HTTP if scheme in ("http", "ws") else NoticeKind.FILES
