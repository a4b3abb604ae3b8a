"""How far the local copy is and how long it still takes, for people."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from portdesk.domain.events import SyncPhase, SyncProgressed
from portdesk.domain.payments import STATUSES
from portdesk.domain.times import from_unix
from portdesk.sync.plan import FIRST_SECOND, SETTLE, SLOT, Plan

_ROWS_A_STEP: Final = 500
"""So many rows cost about as much as an empty stretch."""

_ALIKE: Final = 8 * SLOT
"""How far back a shop is thought to go on at the pace of its oldest known rows."""

_LEAST_WORK: Final = 4.0
"""Below this an estimate would be a guess."""


class Progress:
    """
    Turns a plan into what the status bar shows.

    The unit of work is an empty stretch of 90 days or `_ROWS_A_STEP` rows. How many rows are still to
    come is guessed from the stretch seen last, so `done` is kept from running backwards.
    """

    def __init__(self) -> None:
        self._began: tuple[float, float] | None = None
        self._done = 0.0

    def begin(self) -> None:
        """A new round of fetching: earlier speed tells nothing about it."""
        self._began = None

    def told(
        self, plan: Plan, *, phase: SyncPhase, rows: int, seconds: float, is_complete: bool
    ) -> SyncProgressed:
        """What is to be said at a moment of our clock."""
        left = sum(_work_left(plan, status_index) for status_index in range(len(STATUSES)))
        behind = _seconds_known(plan) / SLOT + rows / _ROWS_A_STEP
        self._began = self._began or (seconds, behind)
        self._done = 1.0 if is_complete else max(self._done % 1.0, min(0.999, behind / (behind + left)))
        return SyncProgressed(
            phase=phase,
            done=self._done,
            rows=rows,
            reached=_reached(plan),
            as_of=_as_of(plan),
            estimate=None if is_complete else self._estimate(left, behind, seconds),
            is_complete=is_complete,
        )

    def _estimate(self, left: float, behind: float, seconds: float) -> timedelta | None:
        if self._began is None:
            return None
        worked, passed = behind - self._began[1], seconds - self._began[0]
        if worked < _LEAST_WORK or passed <= 0:
            return None
        return timedelta(seconds=round(left * passed / worked))


def _work_left(plan: Plan, status_index: int) -> float:
    status = STATUSES[status_index]
    missing = sum(until - since + 1 for since, until in plan.open_spans(status))
    return missing / SLOT + plan.density(status) * min(missing, _ALIKE) / _ROWS_A_STEP


def _seconds_known(plan: Plan) -> int:
    whole = (plan.now - FIRST_SECOND + 1) * len(STATUSES)
    missing = sum(until - since + 1 for status in STATUSES for since, until in plan.open_spans(status))
    return whole - missing


def _reached(plan: Plan) -> datetime | None:
    seconds = [plan.reached(status) for status in STATUSES]
    known = [second for second in seconds if second is not None]
    return from_unix(max(known)) if len(known) == len(seconds) else None


def _as_of(plan: Plan) -> datetime | None:
    seconds = [plan.known_until(status) for status in STATUSES]
    known = [second for second in seconds if second is not None]
    return from_unix(min(known) + SETTLE) if len(known) == len(seconds) else None
