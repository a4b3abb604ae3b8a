"""One shop's choices about refunds, as a small file that only its owner may read."""

from __future__ import annotations

import contextlib
import logging
from pathlib import Path

import msgspec

from portdesk.domain.refund_settings import RefundSettings
from portdesk.store.settings import write_private

logger = logging.getLogger(__name__)


class RefundSettingsFile:
    """Reads and writes the choices; a broken file is set aside and costs only them."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> RefundSettings:
        """The choices; the defaults, which ask the most, where there are none that can be read."""
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=RefundSettings)
        except FileNotFoundError:
            return RefundSettings()
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            logger.warning("the refund settings could not be read and are set aside")
        with contextlib.suppress(OSError):
            self._path.replace(self._path.with_name(self._path.name + ".aside"))
        return RefundSettings()

    def save(self, settings: RefundSettings) -> None:
        """Keep `settings`; raises `StoreUnusableError`."""
        write_private(self._path, msgspec.json.format(msgspec.json.encode(settings), indent=2))
