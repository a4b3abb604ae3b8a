"""A database and a payment store in a folder of their own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from portdesk.store.database import Database
from portdesk.store.migrations import MIGRATIONS
from portdesk.store.payments import PaymentStore


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "shop" / "cache.db"


@pytest.fixture
async def database(path: Path) -> AsyncIterator[Database]:
    database = await Database.open(path, MIGRATIONS, busy_seconds=0.1)
    yield database
    await database.close()


@pytest.fixture
def store(database: Database) -> PaymentStore:
    return PaymentStore(database)
