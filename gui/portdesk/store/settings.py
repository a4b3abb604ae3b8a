"""The preferences, as a small file that only its owner may read."""

from __future__ import annotations

import contextlib
import json
import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from portdesk.domain.errors import StoreUnusableError
from portdesk.domain.messages import Message
from portdesk.store.folders import make_private

logger = logging.getLogger(__name__)


class Preferences(NamedTuple):
    """
    What the person chose; nothing here is secret.

    An empty `language` and the `theme` "system" follow the system. `shop` is the id of the shop
    that was open last, `window` the place of the window as Qt tells it, `layouts` what each tab told
    of its columns and views, as `layouts_in` reads it. `reasons` are those given last for seeing personal
    data, newest first.
    """

    language: str = ""
    theme: str = "system"
    privacy: bool = False
    shop: str = ""
    window: str = ""
    layouts: Mapping[str, Any] = {}
    reasons: tuple[str, ...] = ()

    def with_changes(self, changes: Mapping[str, Any]) -> Preferences:
        """The same preferences but for `changes`, by field name."""
        return self._replace(**changes)

    def layouts_in(self, shop: str) -> dict[str, Any]:
        """What each tab told in `shop`; one not opened before begins with the columns of another."""
        tabs = {key.rpartition("/")[2] for key in self.layouts}
        kept = {tab: self.layouts.get(f"{shop}/{tab}", self.layouts.get(tab)) for tab in tabs}
        return {tab: told for tab, told in kept.items() if told is not None}

    def with_layouts(self, shop: str, layouts: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        """`layouts` with what each tab tells in `shop` now; saved views stay with their shop."""
        common = {
            key: {name: kept for name, kept in told.items() if name != "views"}
            for key, told in layouts.items()
        }
        return {**self.layouts, **common, **{f"{shop}/{key}": told for key, told in layouts.items()}}


class SettingsFile:
    """Reads and writes the preferences; a broken file costs the preferences, never the start."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> Preferences:
        """The preferences; the defaults where there are none or they cannot be read."""
        try:
            return _decoded(self._path.read_bytes())
        except FileNotFoundError:
            return Preferences()
        except (OSError, ValueError, RecursionError):
            logger.warning("the preferences could not be read and are set aside")
        with contextlib.suppress(OSError):
            self._path.replace(self._path.with_name(self._path.name + ".aside"))
        return Preferences()

    def save(self, preferences: Preferences) -> None:
        """Keep `preferences`; raises `StoreUnusableError`."""
        changed = {
            name: value for name, value in preferences._asdict().items() if value != getattr(_DEFAULTS, name)
        }
        write_private(self._path, json.dumps(changed, ensure_ascii=False, indent=2).encode())


# Not by msgspec, whose import takes 6 ms of a start.
_DEFAULTS: Final = Preferences()


def _decoded(content: bytes) -> Preferences:
    """The preferences in a file; raises `ValueError` where one is not what it should be."""
    told = json.loads(content)
    if not isinstance(told, dict):
        raise ValueError("not an object")  # noqa: TRY004 - what is wrong with a file is one error
    chosen = {name: told[name] for name in Preferences._fields if name in told}
    reasons = chosen.get("reasons", [])
    if not isinstance(reasons, list) or not all(isinstance(reason, str) for reason in reasons):
        raise ValueError("reasons are no texts")
    if reasons:
        chosen["reasons"] = tuple(reasons)
    for name, value in chosen.items():
        if type(value) is not type(getattr(_DEFAULTS, name)):
            raise ValueError(f"{name} is a {type(value).__name__}")
    return Preferences(**chosen)


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
