"""Where a person's data lies on disk, readable by that person alone."""

from __future__ import annotations

import os
from pathlib import Path

from portdesk.domain.errors import StoreUnusableError
from portdesk.domain.ids import ShopId
from portdesk.domain.messages import Message


class DataFolder:
    """The program's data folder: one folder a shop, and the files that belong to none."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def shops_file(self) -> Path:
        """The list of connected shops."""
        return self.root / "shops.json"

    @property
    def settings_file(self) -> Path:
        """The preferences."""
        return self.root / "settings.json"

    def shop(self, shop_id: ShopId) -> Path:
        """The folder of one shop; it is made by `make_private`."""
        return self.root / "shops" / shop_id

    def cache(self, shop_id: ShopId) -> Path:
        """The local copy of one shop's payments; it may be deleted at any moment."""
        return self.shop(shop_id) / "cache.db"

    def refund_settings(self, shop_id: ShopId) -> Path:
        """What the shop has chosen about its refunds."""
        return self.shop(shop_id) / "refunds.json"

    def pay_forms(self, shop_id: ShopId) -> Path:
        """What the form of the pay window remembers for one shop."""
        return self.shop(shop_id) / "pay_forms.json"

    def journal(self, shop_id: ShopId) -> Path:
        """The record of what was done to one shop's money; it outlives the shop's place in the list."""
        return self.root / "journals" / shop_id / "journal.db"


def make_private(folder: Path) -> None:
    """
    Make `folder` and what is missing above it, open to its owner alone.

    Folders that are already there keep their mode but for the last, which is ours.
    """
    try:
        missing = [place for place in (folder, *folder.parents) if not place.exists()]
        for place in reversed(missing):
            place.mkdir(mode=0o700, exist_ok=True)
        folder.chmod(0o700)
    except OSError as error:
        reason = error.strerror or type(error).__name__
    else:
        return
    raise StoreUnusableError(
        Message("The data folder cannot be used ({reason}).", reason=reason),
        Message("Check that the folder exists and that you may write there."),
    )


def create_private(path: Path) -> None:
    """Create an empty file that only its owner may read, if there is none; raises `OSError`."""
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    path.chmod(0o600)
