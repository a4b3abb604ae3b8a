"""What a payment window tells: rumours, notices and endings. None of it is a statement about money."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from portdesk.domain.messages import Message

LONGEST: Final = 4096
"""Bytes; anything longer is no answer of an SDK."""

_IMP_UID: Final = re.compile(r"imps?_[0-9]{1,27}")
_LONGEST_TEXT: Final = 300
_FLAGS: Final = {"true": True, "false": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rumour:
    """
    What the page or a redirect said. Anybody in the window can say it, so it only means: go and look.

    `imp_uid` is a hint where to look. `error_msg` is foreign text, kept because payment providers
    want their own words shown.
    """

    is_redirect: bool
    imp_uid: str | None = None
    merchant_uid: str | None = None
    success: bool | None = None
    error_code: str = ""
    error_msg: str = ""

    @property
    def is_failure(self) -> bool:
        """Whether it claims that nothing was paid or registered."""
        return self.success is False or bool(self.error_code or self.error_msg)


def read_rumour(url: str) -> Rumour:
    """The words that came to the sentinel; what does not fit is left out, never an error."""
    parts = urlsplit(url)
    if parts.fragment:
        return _rumour(_json(parts.fragment), is_redirect=False)
    if len(parts.query) > LONGEST:
        return Rumour(is_redirect=True)
    return _rumour(dict(parse_qsl(parts.query, max_num_fields=50)), is_redirect=True)


def _json(fragment: str) -> dict[str, Any]:
    if len(fragment) > 3 * LONGEST:
        return {}
    text = unquote(fragment)
    if len(text.encode("utf-8", "replace")) > LONGEST:
        return {}
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _rumour(told: dict[str, Any], *, is_redirect: bool) -> Rumour:
    imp_uid = _text(told, "imp_uid")
    return Rumour(
        is_redirect=is_redirect,
        imp_uid=imp_uid if _IMP_UID.fullmatch(imp_uid) else None,
        merchant_uid=_text(told, "merchant_uid") or None,
        success=_flag(told, "success") if "success" in told else _flag(told, "imp_success"),
        error_code=_text(told, "error_code") or _text(told, "error_coe"),  # the SDK itself misspells it
        error_msg=_text(told, "error_msg"),
    )


def _text(told: dict[str, Any], name: str) -> str:
    value = told.get(name)
    return value[:_LONGEST_TEXT] if isinstance(value, str) else ""


def _flag(told: dict[str, Any], name: str) -> bool | None:
    value = told.get(name)
    return value if isinstance(value, bool) else _FLAGS.get(str(value))


class Ending(Enum):
    """How a window came to its end. The server is asked after each of them."""

    RETURNED = "returned"
    CLOSED = "closed"
    CRASHED = "crashed"
    LEFT = "left"
    """The page was reloaded or gone back to, and with it went the SDK's own callback."""
    UNREACHABLE = "unreachable"
    """The SDK could not be loaded, so nothing was asked of any payment provider."""
    LOST = "lost"
    """The program ended while the window was open."""


class NoticeKind(Enum):
    """What a page tried, said or met with."""

    SAID = "said"
    APP = "app"
    DOWNLOAD = "download"
    PERMISSION = "permission"
    FILES = "files"
    CERTIFICATE = "certificate"
    PLAIN_HTTP = "plain_http"
    THIS_MACHINE = "this_machine"
    SIGN_IN = "sign_in"
    POPUPS = "popups"
    SLOW = "slow"


_WORDS: Final = {
    NoticeKind.SAID: Message("{host} says: “{words}”"),
    NoticeKind.APP: Message(
        "{host} wants to start a program on this computer ({words}). Portdesk does not let it."
    ),
    NoticeKind.DOWNLOAD: Message("{host} wants to save a file ({words}). Portdesk does not let it."),
    NoticeKind.PERMISSION: Message("{host} asked for more than a payment needs ({words}). It was refused."),
    NoticeKind.FILES: Message("{host} asked for files of this computer. It was refused."),
    NoticeKind.CERTIFICATE: Message("{host} could not prove who it is. The page was not opened."),
    NoticeKind.PLAIN_HTTP: Message("{host} wanted to load something without encryption. It was blocked."),
    NoticeKind.THIS_MACHINE: Message("{host} wanted to reach a program on this computer. It was blocked."),
    NoticeKind.SIGN_IN: Message("{host} asked for a name and password in a dialog. It was refused."),
    NoticeKind.POPUPS: Message("{host} opened too many windows. No more are opened."),
    NoticeKind.SLOW: Message("The payment page is taking long to load. The network may be slow or blocked."),
}
_ELSEWHERE: Final = Message(
    "If the payment needs it, let the customer pay on a phone, or in the shop's own web page."
)
_WITH_ADVICE: Final = (NoticeKind.APP, NoticeKind.DOWNLOAD, NoticeKind.THIS_MACHINE, NoticeKind.CERTIFICATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something to show beside the page: `host` and `words` are foreign text."""

    kind: NoticeKind
    host: str = ""
    words: str = ""

    @property
    def text(self) -> Message:
        """What happened."""
        return Message(_WORDS[self.kind].id, host=self.host or "?", words=self.words)

    @property
    def advice(self) -> Message | None:
        """What to do where the payment cannot go on without it."""
        return _ELSEWHERE if self.kind in _WITH_ADVICE else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """
    Whose page is really shown, in the order of what it covers.

    `frames` are hosts of visible frames inside. `is_own` is our own page before and around them.
    """

    host: str
    is_encrypted: bool
    is_own: bool = False
    frames: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    """Those of all these hosts that are on no list of payment providers."""
