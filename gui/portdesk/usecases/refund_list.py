"""The refunds of a shop as a list: what the journal holds, newest first."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from portdesk.domain.events import Bus, RefundsChanged
from portdesk.ledger.instruction import Instruction
from portdesk.ledger.states import State
from portdesk.usecases.refunds import RefundMoved, Refunds


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundQuery:
    """Which refunds are asked for; no `states` means all."""

    states: frozenset[State] = frozenset()
    descending: bool = True


class RefundList:
    """Gives every instruction a number it keeps, as lists need one."""

    def __init__(self, refunds: Refunds, bus: Bus) -> None:
        self._refunds = refunds
        self._numbers: dict[str, int] = {}
        self._rows: dict[int, Instruction] = {}
        bus.subscribe(RefundMoved, lambda _: bus.publish(RefundsChanged()))

    async def ids(self, query: RefundQuery) -> array[int]:
        """The numbers of the refunds that answer `query`, in its order."""
        found = array("q")
        for row in await self._refunds.latest():
            number = self._numbers.setdefault(row.id, len(self._numbers))
            self._rows[number] = row
            if not query.states or row.state in query.states:
                found.append(number)
        return found if query.descending else found[::-1]

    async def rows(self, ids: Sequence[int]) -> list[Instruction]:
        """The refunds of these numbers, in their order."""
        return [self._rows[number] for number in ids]
