"""Where a payment window is opened: which SDK, for which shop, under which origin."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import urlsplit

from portdesk.domain.errors import InputError
from portdesk.domain.messages import Message

SDK_URL: Final = "https://cdn.iamport.kr/v1/iamport.js"
"""Compiled in, like the API's address: no setting, file or server can put another script in its place."""

OWN_ORIGIN: Final = "https://portdesk.invalid"
"""A name nobody can own; used where the shop has not said which of its own addresses to use."""

_USER_CODE: Final = re.compile(r"imp\d{6,20}")
_TIER_CODE: Final = re.compile(r"[A-Z0-9]{3}")
_HOST: Final = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
_NOT_OURS: Final = ("iamport.kr", "iamport.co", "portone.io")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutPlace:
    """
    What a window needs to know besides the payment itself; the same code runs for every place.

    `loopback` names the origins on this machine that its pages may reach. It is empty for a live
    shop, whose pages reach nothing that is not encrypted and nothing on this machine.
    """

    user_code: str
    sdk_url: str = SDK_URL
    origin: str = OWN_ORIGIN
    tier_code: str | None = None
    loopback: frozenset[str] = frozenset()

    @property
    def is_live(self) -> bool:
        """Whether real payment providers are behind it."""
        return not self.loopback

    @classmethod
    def live(cls, user_code: str, *, tier_code: str | None = None, origin: str = "") -> Self:
        """The place of a connected shop; raises `InputError` for a code or an address that cannot be one."""
        if not _USER_CODE.fullmatch(user_code):
            raise InputError(
                Message("A shop's identification code looks like imp12345678."),
                Message("The PortOne console shows it beside the REST API key."),
            )
        if tier_code is not None and not _TIER_CODE.fullmatch(tier_code):
            raise InputError(Message("A tier code is three capital letters or digits."))
        return cls(user_code=user_code, tier_code=tier_code, origin=_own(origin))

    @classmethod
    def on_this_machine(cls, sdk_url: str, user_code: str, *, origins: frozenset[str] = frozenset()) -> Self:
        """The place of a shop on loopback; raises `InputError` for an address anywhere else."""
        loopback = origins | {origin_of(sdk_url)}
        if any(urlsplit(origin).hostname not in _LOOPBACK for origin in loopback):
            raise InputError(Message("Only PortOne's own address or one on this computer can be used."))
        return cls(user_code=user_code, sdk_url=sdk_url, loopback=loopback)


def origin_of(url: str) -> str:
    """`scheme://host:port` of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _own(origin: str) -> str:
    """The shop's own https address; a PG's or PortOne's would be somebody else's name."""
    if not origin:
        return OWN_ORIGIN
    try:
        parts = urlsplit(origin)
        host = parts.hostname or ""
    except ValueError:  # brackets that are no address
        raise _not_own() from None
    is_plain = parts.scheme == "https" and parts.netloc.lower() == host and parts.path in ("", "/")
    is_ours = _HOST.fullmatch(host) and not any(
        host == name or host.endswith(f".{name}") for name in _NOT_OURS
    )
    if not is_plain or not is_ours or parts.query or parts.fragment:
        raise _not_own()
    return f"https://{host}"


def _not_own() -> InputError:
    return InputError(
        Message("The address of the payment page has to be one of the shop's own."),
        Message("It looks like https://www.example.kr, without anything behind it."),
    )
