"""Every older shape of the file reaches the newest, and steps are numbered without gaps."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest

from portdesk.store.database import Database
from portdesk.store.migrations import MIGRATIONS, migrate

pytestmark = pytest.mark.anyio


def shape(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    return connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE sql NOT NULL ORDER BY name"
    ).fetchall()


def test_steps_are_numbered_from_one_without_gaps() -> None:
    numbers = [int(re.match(r"step_(\d+)_", step.__name__)[1]) for step in MIGRATIONS]
    assert numbers == list(range(1, len(MIGRATIONS) + 1))


@pytest.mark.parametrize("steps", range(len(MIGRATIONS) + 1))
async def test_an_older_shape_reaches_the_newest(tmp_path: Path, steps: int) -> None:
    path = tmp_path / "cache.db"
    old = sqlite3.connect(path, isolation_level=None)
    migrate(old, MIGRATIONS[:steps])
    old.close()
    database = await Database.open(path, MIGRATIONS)
    reached = await database.read(shape)
    version = await database.read(lambda connection: connection.execute("PRAGMA user_version").fetchone()[0])
    await database.close()
    fresh = sqlite3.connect(":memory:", isolation_level=None)
    migrate(fresh, MIGRATIONS)
    assert reached == shape(fresh)
    assert version == len(MIGRATIONS)
    assert not path.with_name("cache.db.aside").exists()
    fresh.close()


def test_a_step_that_fails_leaves_the_shape_before_it() -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)

    def step_2_broken(database) -> None:
        database["half"].create({"a": int})
        raise RuntimeError("boom")

    with pytest.raises(RuntimeError, match="boom"):
        migrate(connection, (MIGRATIONS[0], step_2_broken))
    assert connection.execute("PRAGMA user_version").fetchone() == (1,)
    assert "half" not in dict(shape(connection))
    connection.close()
