"""Searching a million payments: recall against a look at every row, speed, disk."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import random
import sqlite3
import time
from array import array
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from operator import itemgetter
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from bench.figures import Figure, middle, percentile
from bench.server import KEPT
from portdesk.app import interpreter
from portdesk.domain.folding import fold, initials, is_initials, squeeze
from portdesk.domain.payment_lists import PaymentQuery, PaymentSort
from portdesk.domain.payments import Payment, PaymentState, payment_from_wire
from portdesk.domain.search import understand
from portdesk.sandbox.seed import Florist
from portdesk.store import first_rows, payment_queries, search_index
from portdesk.store.database import Database
from portdesk.store.grams import INDEXED, document
from portdesk.store.migrations import MIGRATIONS, migrate
from portdesk.store.payment_columns import COLUMNS, columns_of, digest_of, wire_bytes
from portdesk.store.payments import PaymentStore

NOW: Final = 1_795_000_000
SCREEN: Final = 200
PAGE: Final = 1000
_SAMPLE: Final = 200
_TEXTS: Final = (
    *("name", "buyer_name", "buyer_email", "buyer_tel", "merchant_uid", "imp_uid", "customer_uid"),
    *("apply_num", "card_number"),
)
READER: Final = (
    "query_only=ON",
    "cache_size=-2000",
    "temp_store=MEMORY",
    "mmap_size=0",
    "cell_size_check=ON",
)
WRITER: Final = (
    *("journal_mode=WAL", "synchronous=NORMAL", "secure_delete=ON", "cache_size=-16000"),
    *("wal_autocheckpoint=4000", "journal_size_limit=67108864", "temp_store=MEMORY", "mmap_size=0"),
)


class Asked(NamedTuple):
    """What is typed, and the word it must find if it is one."""

    text: str
    word: str | None = None


def measure(rows: int = 1_000_000, queries: int = 400) -> list[Figure]:
    """All figures, the small copy for comparison included; the copies are kept, they take minutes to make."""
    interpreter.settle()
    small, large = made(10_000), made(rows)
    with_few, with_many = _search(small, queries, rows=10_000), _search(large, queries, rows=rows)
    return [
        *with_few.figures,
        *with_many.figures,
        _growth(with_few, with_many),
        *_disk(large),
    ]


def made(rows: int) -> Path:
    """A local copy with so many payments, saved as the sync would; kept while it would be the same."""
    path = KEPT / f"copy-{rows}-{_fingerprint()}" / "cache.db"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name("part.db")
        for old in path.parent.glob("part.db*"):
            old.unlink()
        asyncio.run(_fill(part, rows))
        part.rename(path)
    return path


@lru_cache
def _fingerprint() -> str:
    """Stands for the schema, and for what becomes of the first payments of the history."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrate(connection, MIGRATIONS)
    schema = connection.execute("SELECT sql FROM sqlite_master").fetchall()
    mark = hashlib.sha256(repr((len(MIGRATIONS), schema)).encode())
    connection.close()
    for payment in itertools.islice(history(_SAMPLE, seed=7), _SAMPLE):
        wire = wire_bytes(payment)
        values = columns_of(payment, id_=0, read_at=NOW, digest=digest_of(wire))
        mark.update(repr((values, document(itemgetter(*map(COLUMNS.index, INDEXED))(values)))).encode())
    return mark.hexdigest()[:10]


async def _fill(path: Path, rows: int) -> None:
    database = await Database.open(path, MIGRATIONS)
    store = PaymentStore(database)
    read_at = datetime.fromtimestamp(NOW, UTC)
    payments = history(rows, seed=7)
    while page := list(itertools.islice(payments, PAGE)):
        await store.save(page, read_at=read_at)
    while await database.write(search_index.merge_some):
        pass
    await database.close()


def history(rows: int, seed: int) -> Iterator[Payment]:
    florist = Florist(seed=seed, now=NOW, payments=rows, gives_cancellation_id=True)
    exact = msgspec.json.Decoder(float_hook=Decimal)
    return (payment_from_wire(exact.decode(msgspec.json.encode(made.payment))) for made in florist.history())


class _Searched(NamedTuple):
    figures: list[Figure]
    first: list[float]


def _search(path: Path, queries: int, *, rows: int) -> _Searched:
    connection = opened(path, READER)
    asked = questions(connection, queries)
    first = [timed(first_rows.first_ids, connection, query(one), SCREEN) for one in asked]
    said = f"{rows:,} payments"
    figures = [
        below(f"search, first {SCREEN} hits of {said}", first, 20, *_like(connection, asked[:12])),
        below(
            f"search, count in {said}",
            [timed(payment_queries.count, connection, query(one)) for one in asked],
            300,
        ),
        _recall(connection, [one for one in asked if one.word][:80], said),
        *(_sorted(connection, asked, sort, 60, said) for sort in _QUICK),
        *(_sorted(connection, asked[:40], sort, 1000, said) for sort in _SLOW),
        below(
            f"search, all ids of {said}",
            [timed(payment_queries.ids, connection, query(one)) for one in asked[:100]],
            1000,
        ),
    ]
    connection.close()
    return _Searched(figures, first)


_QUICK: Final = (PaymentSort.OCCURRED_AT, PaymentSort.AMOUNT, PaymentSort.STATE)
_SLOW: Final = (PaymentSort.NAME, PaymentSort.MERCHANT_UID)


def _sorted(
    connection: sqlite3.Connection, asked: Sequence[Asked], sort: PaymentSort, limit: float, said: str
) -> Figure:
    filtered = {"states": frozenset({PaymentState.PAID, PaymentState.PARTLY_RETURNED}), "test_channel": False}
    times = [
        timed(first_rows.first_ids, connection, query(one, sort=sort, **filtered), SCREEN) for one in asked
    ]
    return below(f"the same, filtered, by {sort.value}, of {said}", times, limit)


def _growth(few: _Searched, many: _Searched) -> Figure:
    ours, peer = middle(many.first), middle(few.first)
    return Figure(
        name="search, a hundred times the payments",
        unit="ms",
        median=ours,
        p95=percentile(many.first, 0.95),
        peer_name="10,000 payments",
        peer=peer,
        goal="≤ 2 x or 5 ms",
        reached=ours <= max(2 * peer, 5),
    )


def questions(connection: sqlite3.Connection, number: int) -> list[Asked]:
    """Parts of the texts of payments drawn by lot, and amounts; always the same for the same copy."""
    dice = random.Random(5)
    (last,) = connection.execute("SELECT max(id) FROM payments").fetchone()
    columns = ", ".join(_TEXTS)
    asked: list[Asked] = []
    for turn in range(number):
        row = connection.execute(
            f"SELECT amount, {columns} FROM payments WHERE id >= ? LIMIT 1", (dice.randint(1, last),)
        ).fetchone()
        asked.append(
            _WAYS[turn % len(_WAYS)](dice, row[0] // 10_000, dict(zip(_TEXTS, row[1:], strict=True)))
        )
    return asked


def _part(
    *fields: str, least: int = 2, most: int = 8
) -> Callable[[random.Random, int, dict[str, Any]], Asked]:
    def ask(dice: random.Random, _: int, texts: dict[str, Any]) -> Asked:
        text = texts[dice.choice(fields)] or texts["merchant_uid"]
        word = max(fold(text).replace("*", " ").split(), key=len)
        size = min(len(word), dice.randint(least, most))
        start = dice.randint(0, len(word) - size)
        found = word[start : start + size]
        return Asked(f'"{found}"', found)

    return ask


def _leads(dice: random.Random, _: int, texts: dict[str, Any]) -> Asked:
    word = initials(fold(texts[dice.choice(("buyer_name", "name"))] or "김")).split()[0]
    leads = "".join(character for character in word if is_initials(character))[:3] or "ㄱㅁ"
    return Asked(leads, leads)


_WAYS: Final = (
    _part("buyer_name", most=3),
    _part("buyer_name", least=1, most=1),
    _part("name", most=5),
    _part("name", least=1, most=1),
    _leads,
    _part("buyer_email", least=3, most=30),
    _part("buyer_tel", least=4, most=4),
    _part("buyer_tel", least=3, most=13),
    _part("merchant_uid", least=3, most=20),
    _part("imp_uid", least=3, most=16),
    _part("customer_uid", "apply_num", "card_number", least=3, most=12),
    lambda _, amount, __: Asked(f"={amount:,}"),
    lambda dice, amount, _: Asked(dice.choice((f">{amount}", f"<{amount}", f"{amount}~{amount + 5000}"))),
    lambda _, amount, texts: Asked(f"{texts['buyer_name'] or '김'} {amount}"),
    lambda dice, _amount, _texts: Asked(
        dice.choice(("환불 튤립", "카드 민수", "kcp 실패", "없는말", "오늘", "10월 수국"))
    ),
)


def _like(connection: sqlite3.Connection, asked: Sequence[Asked]) -> tuple[str, float]:
    """The same by LIKE over the same columns, in the order of time."""
    fits = " OR ".join(f"{column} LIKE ?" for column in _TEXTS)
    question = f"SELECT id FROM payments WHERE {fits} ORDER BY occurred_at DESC LIMIT {SCREEN}"
    took = []
    for one in asked:
        if one.word:
            begun = time.perf_counter()
            connection.execute(question, (f"%{one.word}%",) * len(_TEXTS)).fetchall()
            took.append((time.perf_counter() - begun) * 1000)
    return "LIKE", middle(took)


def _recall(connection: sqlite3.Connection, asked: Sequence[Asked], said: str) -> Figure:
    """Every word against every row, by Python; a wrong hit counts as a miss."""
    expected = [array("q") for _ in asked]
    columns = ", ".join(_TEXTS)
    for id_, name, buyer, email, tel, *others in connection.execute(f"SELECT id, {columns} FROM payments"):
        names = f"{fold(name or '')}\n{fold(buyer or '')}"
        leads = initials(names)
        uids = "\n".join([fold(text).replace("*", "\n") for text in (email, *others) if text])
        numbers = squeeze(f"{uids}\n{tel or ''}\n{_dialled(tel or '')}")
        for one, found in zip(asked, expected, strict=True):
            word = one.word or ""
            bare = squeeze(word)
            if (
                word in names
                or (word in leads and is_initials(word))
                or (len(bare) > 2 and bare in numbers)
                or (len(word) > 2 and word in uids)
            ):
                found.append(id_)
    wrong = [
        one.text
        for one, found in zip(asked, expected, strict=True)
        if sorted(payment_queries.ids(connection, query(one))) != list(found)
    ]
    share = 100 * (1 - len(wrong) / len(asked))
    return Figure(
        name=f"search, questions answered exactly in {said}",
        unit="%",
        median=share,
        p95=share,
        goal="100 %",
        reached=not wrong,
        must=True,
        note=f"{len(asked)} questions against a look at every row; wrong: {wrong}",
    )


def _dialled(tel: str) -> str:
    digits = "".join(character for character in tel if character.isdecimal())
    return "0" + digits[2:] if digits.startswith("82") else digits


def _disk(path: Path) -> Iterator[Figure]:
    connection = opened(path, READER)
    sizes = dict(connection.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name"))
    connection.close()
    rows = sizes["payments"] + sizes["payment_objects"]
    search = sum(
        size for name, size in sizes.items() if name.startswith(("payment_search", "payments_by_place"))
    )
    total = sum(sizes.values())
    yield Figure(
        name="disk, with all indexes",
        unit="MB",
        median=total / 1e6,
        p95=total / 1e6,
        peer_name="the rows alone",
        peer=rows / 1e6,
        goal="≤ 2 x",
        reached=total <= 2 * rows,
        note=f"of it for the search {search / 1e6:,.0f} MB; the rows without the objects as received "
        f"{sizes['payments'] / 1e6:,.0f} MB",
    )


def opened(path: Path, pragmas: Sequence[str]) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}")
    return connection


def query(asked: Asked, **filters: Any) -> PaymentQuery:
    return PaymentQuery(terms=understand(asked.text, datetime.fromtimestamp(NOW, UTC)).terms, **filters)


def timed(ask: Callable[..., object], *args: object) -> float:
    begun = time.perf_counter()
    ask(*args)
    return (time.perf_counter() - begun) * 1000


def below(
    name: str, took: Sequence[float], limit: float, peer_name: str = "", peer: float | None = None
) -> Figure:
    p95 = percentile(took, 0.95)
    return Figure(
        name=name,
        unit="ms",
        median=middle(took),
        p95=p95,
        peer_name=peer_name,
        peer=peer,
        goal=f"p95 ≤ {limit:,.0f} ms",
        reached=p95 <= limit,
        note=f"the slowest {max(took):,.1f} ms",
    )
