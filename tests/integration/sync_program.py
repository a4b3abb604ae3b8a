"""Keeps one shop in step until it is killed: `sync_program.py FOLDER URL`, keys in the environment."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from portdesk.api.client import Client
from portdesk.domain.shops import Credentials, Shop
from portdesk.store.database import Database
from portdesk.store.journal_check import Kept
from portdesk.store.journal_head import JournalHead
from portdesk.store.journal_thread import JournalThread
from portdesk.store.migrations import MIGRATIONS
from portdesk.store.pay_forms import PayFormFile
from portdesk.store.refund_settings import RefundSettingsFile
from portdesk.store.secrets import Secrets
from portdesk.usecases.shops import DEMO, OpenShop


class NoHead(JournalHead):
    """Keeps nothing: what is tried here refunds nothing."""

    async def load(self) -> None:
        return None

    async def save(self, kept: Kept) -> None:
        del kept


async def open_shop(folder: Path, base_url: str, credentials: Credentials) -> OpenShop:
    """The shop with its copy in `folder`, as earlier runs left it."""
    database = await Database.open(folder / "cache.db", MIGRATIONS)
    shop = Shop(id=DEMO, name="test", colour="#000000", is_demo=True)
    journal = await JournalThread.open(folder / "journal.db")
    head = NoHead(Secrets(lambda: None), DEMO)
    opened = OpenShop(
        shop,
        Client(base_url, credentials),
        database,
        journal,
        head,
        choices=RefundSettingsFile(folder / "refunds.json"),
        pay_form_file=PayFormFile(folder / "pay_forms.json"),
    )
    opened.sync._line.gate._interval = 0.001  # politeness has its own test
    return opened


async def main() -> None:
    keys = Credentials(imp_key=os.environ["IMP_KEY"], imp_secret=os.environ["IMP_SECRET"])
    opened = await open_shop(Path(sys.argv[1]), sys.argv[2], keys)
    await opened.keep_in_step()


if __name__ == "__main__":
    asyncio.run(main())
