"""The refunds of a shop as a list: all that the journal holds, followed as it grows."""

from __future__ import annotations

import asyncio
import contextlib
from array import array
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from portdesk.domain.errors import StoreUnusableError
from portdesk.domain.events import Bus, RefundsChanged, RefundsOpen
from portdesk.domain.folding import fold, initials, squeeze
from portdesk.domain.ids import ImpUid
from portdesk.domain.times import to_unix
from portdesk.ledger.instruction import Instruction, from_minor
from portdesk.ledger.states import CHECKING, RETRYABLE, State
from portdesk.store.journal import Journal
from portdesk.store.journal_check import Standing
from portdesk.store.journal_thread import JournalThread
from portdesk.usecases.refunds import RefundMoved

NEEDS_PERSON: Final = frozenset({State.HUMAN}) | RETRYABLE
"""A person decides: which reading is true, or whether to try again."""
UNDER_WAY: Final = CHECKING | {State.PLANNED}
WENT_BACK: Final = frozenset({State.CONFIRMED, State.CONFIRMED_BY_HUMAN})
_RANKS: Final = (NEEDS_PERSON, UNDER_WAY, WENT_BACK)
_PORTION: Final = 200

Names = Callable[[Sequence[ImpUid]], Awaitable[Mapping[ImpUid, tuple[str, str]]]]
"""Order and buyer of payments by the local copy: to be recognised by, nothing is decided from them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundQuery:
    """
    Which refunds are asked for; no `states` means all.

    `since` is inclusive, `until` exclusive. Every one of `words` has to be found. `sort` is `at` or
    `amount`; what needs a person comes first in every order.
    """

    states: frozenset[State] = frozenset()
    since: datetime | None = None
    until: datetime | None = None
    words: tuple[str, ...] = ()
    sort: str = "at"
    descending: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRow:
    """An instruction, and what its payment is called."""

    row: Instruction
    name: str = ""
    buyer_name: str = ""


class RefundList:
    """
    What the journal holds, read once and then kept up by what moves.

    A journal that another program writes is read anew for every question.
    """

    def __init__(self, journal: JournalThread, names: Names, bus: Bus) -> None:
        self._journal, self._find_names, self._bus = journal, names, bus
        self._rows: dict[int, Instruction] = {}
        self._numbers: dict[str, int] = {}
        self._by_payment: dict[str, list[int]] = {}
        self._names: dict[ImpUid, tuple[str, str]] = {}
        self._hay: dict[int, tuple[str, ...]] = {}
        self._told: RefundsOpen | None = None
        self._is_behind = True
        self._reading = asyncio.Lock()
        bus.subscribe(RefundMoved, self._on_moved)

    # ---- the list

    async def ids(self, query: RefundQuery) -> array[int]:
        """The numbers of the refunds that answer `query`, in its order; raises `StoreUnusableError`."""
        await self._catch_up()
        await self._name(list(self._by_payment))
        found = [number for number in self._rows if self._fits(number, query)]
        if query.words:
            found = await self._search(found, query.words)
        found.sort(key=lambda number: self._order(number, query.sort), reverse=query.descending)
        found.sort(key=lambda number: self._rows[number].state not in NEEDS_PERSON)
        return array("q", found)

    async def rows(self, ids: Sequence[int]) -> list[RefundRow]:
        """The refunds of these numbers, in their order."""
        return [self._named(number) for number in ids]

    # ---- what a payment and the window ask for

    def latest_about(self, imp_uid: ImpUid) -> Instruction | None:
        """
        The refund that marks a payment: one that needs a person, else one under way, else one that is done.

        `None` where nothing of it went back from this computer.
        """
        rows = [self._rows[number] for number in reversed(self._by_payment.get(imp_uid, ()))]
        for rank in _RANKS:
            for row in rows:
                if row.state in rank:
                    return row
        return None

    def marks(self) -> Mapping[str, Instruction]:
        """What `latest_about` tells of every payment, as it is now and stays."""
        found = {imp_uid: self.latest_about(ImpUid(imp_uid)) for imp_uid in self._by_payment}
        return {imp_uid: row for imp_uid, row in found.items() if row is not None}

    def number_of(self, instruction_id: str) -> int | None:
        """The number of an instruction in lists."""
        return self._numbers.get(instruction_id)

    @property
    def open(self) -> RefundsOpen:
        """What is not settled, as far as the journal has been read."""
        states = [row.state for row in self._rows.values()]
        return RefundsOpen(
            sum(state in NEEDS_PERSON for state in states), sum(state in UNDER_WAY for state in states)
        )

    @property
    def has_unnamed(self) -> bool:
        """Whether the local copy did not know some payment yet."""
        return len(self._names) < len(self._by_payment)

    # ---- inside

    async def _catch_up(self) -> None:
        """Read what the journal has more than is known here; raises `StoreUnusableError`."""
        async with self._reading:
            if self._journal.standing is Standing.IN_USE:
                await self._read_on(0)
            while self._is_behind:
                self._is_behind = False
                await self._read_on(next(reversed(self._rows), 0))
        self._tell_open()

    async def _read_on(self, last: int) -> None:
        while True:
            found = await self._journal.run(Journal.numbered, last, _PORTION)
            for number, row in found:
                self._keep(number, row)
                last = number
            if len(found) < _PORTION:
                return

    def _keep(self, number: int, row: Instruction) -> None:
        if number not in self._rows:
            self._by_payment.setdefault(row.subject, []).append(number)
        self._numbers[row.id], self._rows[number] = number, row

    def _on_moved(self, event: RefundMoved) -> None:
        number = self._numbers.get(event.row.id)
        if number is None:
            self._is_behind = True
        elif self._rows[number] == event.row:
            return  # another look that found nothing new
        else:
            self._rows[number] = event.row
            self._hay.pop(number, None)
            self._tell_open()
        self._bus.publish(RefundsChanged())

    def _tell_open(self) -> None:
        found = self.open
        if found != self._told:
            self._told = found
            self._bus.publish(found)

    async def _name(self, imp_uids: Sequence[str]) -> None:
        missing = [ImpUid(imp_uid) for imp_uid in imp_uids if imp_uid not in self._names]
        if missing:
            with contextlib.suppress(StoreUnusableError):  # their numbers are enough to work with
                self._names |= await self._find_names(missing)
                self._hay.clear()

    def _named(self, number: int) -> RefundRow:
        row = self._rows[number]
        name, buyer_name = self._names.get(ImpUid(row.subject), ("", ""))
        return RefundRow(row=row, name=name, buyer_name=buyer_name)

    def _order(self, number: int, sort: str) -> tuple[int, int]:
        row = self._rows[number]
        return (row.amount if sort == "amount" else row.snapshot.server_time or 0, number)

    def _fits(self, number: int, query: RefundQuery) -> bool:
        row, at = self._rows[number], self._rows[number].snapshot.server_time
        if query.states and row.state not in query.states:
            return False
        if query.since is not None and (at is None or at < to_unix(query.since)):
            return False
        return query.until is None or (at is not None and at < to_unix(query.until))

    async def _search(self, numbers: Sequence[int], words: Sequence[str]) -> list[int]:
        """Those in which every word is found; a long list is read in portions, the screen lives on."""
        folded = [_folded(word) for word in words]
        found = []
        for count, number in enumerate(numbers, 1):
            if count % _PORTION == 0:
                await asyncio.sleep(0)
            if number not in self._hay:
                self._hay[number] = _hay(self._named(number))
            if all(any(word in place for place in self._hay[number]) for word in folded):
                found.append(number)
        return found


def _hay(named: RefundRow) -> tuple[str, ...]:
    """Where the words of a search are looked for: as it is, without dashes and blanks, by initials."""
    row = named.row
    amount = from_minor(row.amount, row.currency)
    texts = (
        *(named.name, named.buyer_name, row.subject, row.merchant_uid, row.code or "", row.actor),
        *(row.reason, row.note, f"{amount:f}", f"{amount:,f}"),
    )
    hay = "\n".join(map(fold, texts))
    return hay, squeeze(hay), initials(hay)


def _folded(word: str) -> str:
    """A word as typed; a sum may be followed by its currency."""
    folded = fold(word)
    return folded.removeprefix("₩").removesuffix("원") if any(map(str.isdigit, folded)) else folded
