"""What the form of the pay window remembers for one shop: its channels and its templates."""

from __future__ import annotations

import contextlib
import logging
from datetime import datetime
from pathlib import Path

import msgspec

from portdesk.domain.pay_templates import PayTemplate
from portdesk.domain.reference import PgSetting
from portdesk.store.settings import write_private

logger = logging.getLogger(__name__)


class PayFormMemory(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """
    `channels_read_at` is `None` until the server was asked for them once. `user_code` is what `IMP.init`
    wants of a live shop; it is public, every page of the shop shows it. `origin` is the https address of
    the shop's own that its pay windows are opened under; "" is none.
    """

    channels: tuple[PgSetting, ...] = ()
    channels_read_at: datetime | None = None
    templates: tuple[PayTemplate, ...] = ()
    user_code: str = ""
    origin: str = ""


_DECODER = msgspec.json.Decoder(PayFormMemory)
_ENCODER = msgspec.json.Encoder()


class PayFormFile:
    """Reads and writes it; a broken file costs the memory, never the form."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> PayFormMemory:
        """What is remembered; nothing where there is no file or it cannot be read."""
        try:
            return _DECODER.decode(self._path.read_bytes())
        except FileNotFoundError:
            return PayFormMemory()
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            logger.warning("the memory of the pay form could not be read and is set aside")
        with contextlib.suppress(OSError):
            self._path.replace(self._path.with_name(self._path.name + ".aside"))
        return PayFormMemory()

    def save(self, memory: PayFormMemory) -> None:
        """Keep `memory`; raises `StoreUnusableError`."""
        write_private(self._path, msgspec.json.format(_ENCODER.encode(memory), indent=2))
