"""The list of connected shops, without their keys."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path

import msgspec

from portdesk.domain.errors import StoreUnusableError
from portdesk.domain.ids import ShopId
from portdesk.domain.messages import Message
from portdesk.domain.shops import Shop
from portdesk.store.settings import write_private

logger = logging.getLogger(__name__)


class _Kept(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str
    colour: str
    tier_code: str | None = None
    keys_are_stored: bool = False
    fingerprint: str = ""
    connected_at: datetime | None = None


class ShopFile:
    """Reads and writes the list of shops."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> tuple[Shop, ...]:
        """The shops, oldest first; raises `StoreUnusableError` for a file that cannot be read."""
        try:
            kept = msgspec.json.decode(self._path.read_bytes(), type=tuple[_Kept, ...])
        except FileNotFoundError:
            return ()
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            kind = type(error).__name__
        else:
            return tuple(_shop(entry) for entry in kept)
        logger.error("the list of shops could not be read", extra={"kind": kind})
        raise StoreUnusableError(
            Message("The list of shops ({file}) cannot be read.", file=self._path.name),
            Message("Nothing was deleted. Restore the file, or rename it to begin with an empty list."),
        )

    def save(self, shops: tuple[Shop, ...]) -> None:
        """Keep this list in the place of the earlier one; raises `StoreUnusableError`."""
        kept = [_kept(shop) for shop in shops]
        write_private(self._path, msgspec.json.format(msgspec.json.encode(kept), indent=2))


def _shop(kept: _Kept) -> Shop:
    return Shop(
        id=ShopId(kept.id),
        name=kept.name,
        colour=kept.colour,
        tier_code=kept.tier_code,
        keys_are_stored=kept.keys_are_stored,
        fingerprint=kept.fingerprint,
        connected_at=kept.connected_at,
    )


def _kept(shop: Shop) -> _Kept:
    return _Kept(
        id=shop.id,
        name=shop.name,
        colour=shop.colour,
        tier_code=shop.tier_code,
        keys_are_stored=shop.keys_are_stored,
        fingerprint=shop.fingerprint,
        connected_at=shop.connected_at,
    )
