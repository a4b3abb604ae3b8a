"""Where the API is: compiled in, or on this very machine."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from portdesk.domain.errors import InputError
from portdesk.domain.messages import Message

API_URL: Final = "https://api.iamport.kr"

_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


def check_base_url(url: str) -> str:
    """
    `url` without a closing slash, if it is PortOne's own address or a loopback one.

    Raises `InputError` otherwise: keys are never sent anywhere else.
    """
    if url == API_URL or _is_loopback(url):
        return url.rstrip("/")
    raise InputError(
        Message("Only PortOne's own address or one on this computer can be used."),
        Message("A training server looks like http://127.0.0.1:8800."),
    )


def _is_loopback(url: str) -> bool:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    if parts.scheme != "http" or parts.hostname not in _LOOPBACK or port == 0:
        return False
    host = f"[{parts.hostname}]" if parts.hostname == "::1" else parts.hostname
    plain = f"http://{host}" + (f":{port}" if port else "")
    return url in (plain, plain + "/")
