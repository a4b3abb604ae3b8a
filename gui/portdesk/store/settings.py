"""The preferences, as a small file that only its owner may read."""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from portdesk.domain.errors import StoreUnusableError
from portdesk.domain.messages import Message
from portdesk.store.folders import make_private

logger = logging.getLogger(__name__)


class Preferences(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """
    What the person chose; nothing here is secret.

    An empty `language` and the `theme` "system" follow the system. `shop` is the id of the shop
    that was open last, `window` the place of the window as Qt tells it, `layouts` what each tab told
    of its columns. `reasons` are those given last for seeing personal data, newest first.
    """

    language: str = ""
    theme: str = "system"
    privacy: bool = False
    shop: str = ""
    window: str = ""
    layouts: dict[str, Any] = {}
    reasons: tuple[str, ...] = ()

    def with_changes(self, changes: Mapping[str, Any]) -> Preferences:
        """The same preferences but for `changes`, by field name."""
        return msgspec.structs.replace(self, **changes)


class SettingsFile:
    """Reads and writes the preferences; a broken file costs the preferences, never the start."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> Preferences:
        """The preferences; the defaults where there are none or they cannot be read."""
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=Preferences)
        except FileNotFoundError:
            return Preferences()
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            logger.warning("the preferences could not be read and are set aside")
        with contextlib.suppress(OSError):
            self._path.replace(self._path.with_name(self._path.name + ".aside"))
        return Preferences()

    def save(self, preferences: Preferences) -> None:
        """Keep `preferences`; raises `StoreUnusableError`."""
        write_private(self._path, msgspec.json.format(msgspec.json.encode(preferences), indent=2))


def write_private(path: Path, content: bytes) -> None:
    """
    Put `content` in the place of what was at `path`, as a whole or not at all.

    The file is its owner's alone from its first byte. Raises `StoreUnusableError`.
    """
    make_private(path.parent)
    beside = path.with_name(path.name + ".new")
    try:
        with os.fdopen(os.open(beside, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        reason = error.strerror or type(error).__name__
    else:
        return
    with contextlib.suppress(OSError):
        beside.unlink(missing_ok=True)
    raise StoreUnusableError(
        Message("{file} could not be written ({reason}).", file=path.name, reason=reason),
        Message("Check that the disk has room and that you may write to the data folder."),
    )
