"""Loads QtWebEngine when the first window opens, under the conditions it has to run in."""

from __future__ import annotations

import contextlib
import importlib
import os
from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QWidget

from portdesk.checkout.place import CheckoutPlace
from portdesk.domain.errors import MachineError
from portdesk.domain.messages import Message

_HOST = "portdesk.checkout.host"
_SANDBOX = "QTWEBENGINE_DISABLE_SANDBOX"
_SWITCHES = (_SANDBOX, "QTWEBENGINE_CHROMIUM_FLAGS", "QTWEBENGINE_REMOTE_DEBUGGING")


def warm_up(*, is_live: bool) -> None:
    """
    Load QtWebEngine while the person still fills in the form.

    It takes a tenth of a second, and so does what is left for the window itself: two short pauses instead
    of a long one. Where it cannot be loaded the window says so, not this.
    """
    if is_live and is_root():
        return
    _prepare(is_live=is_live)
    with contextlib.suppress(ImportError):
        importlib.import_module(_HOST)


def open_host(place: CheckoutPlace, parameters: Mapping[str, Any], parent: QWidget) -> Any:
    """
    A `checkout.host.Host` for one attempt; whoever calls shows it and starts it.

    Raises `MachineError` where a live shop's window would run as root, which takes Chromium's own
    sandbox away, and where QtWebEngine cannot be loaded.
    """
    if place.is_live and is_root():
        raise MachineError(
            Message("Pay windows are closed while Portdesk runs as root: pages of others are shown in them."),
            Message("Start Portdesk as an ordinary user."),
        )
    _prepare(is_live=place.is_live)
    try:
        module = importlib.import_module(_HOST)
    except ImportError as error:
        missing = error.name or str(error).partition(":")[0]
    else:
        return module.Host(place, parameters, parent)
    raise MachineError(
        Message("QtWebEngine could not be loaded ({missing}).", missing=missing),
        Message("Everything else works. On Linux a system library may be missing; the README names them."),
    )


def is_root() -> bool:
    """Whether the program may do everything on this machine."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _prepare(*, is_live: bool) -> None:
    for name in _SWITCHES:
        os.environ.pop(name, None)
    if not is_live and is_root():
        os.environ[_SANDBOX] = "1"  # Chromium does not start as root with it; only our own pages are shown
