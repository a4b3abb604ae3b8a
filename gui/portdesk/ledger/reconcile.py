"""Finding out what became of an instruction, by reading only; one pass at a time."""

from __future__ import annotations

from typing import Final

import msgspec

from portdesk.ledger.finding import Finding, Knowledge, Reading
from portdesk.ledger.instruction import Instruction, Observation, echoed_bytes
from portdesk.ledger.sending import Rules
from portdesk.ledger.states import State
from portdesk.ledger.steps import Change, Commit, Committed, Course, Look, LookElsewhere

FIRST_WAIT: Final = 1.0
LONGEST_WAIT: Final = 60.0
LATER_WAIT: Final = 600.0
LATER_SECONDS: Final = 4 * 24 * 60 * 60
"""A provider that refunds in its own time has this long: a weekend and two working days."""
ACTOR: Final = "portdesk"


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """
    What one pass found.

    `again_in` is when to look again, in seconds, `None` when there is nothing left to find out.
    """

    row: Instruction
    why: str = ""
    again_in: float | None = None


def wait_before(look: int) -> float:
    """Seconds before the next look: 1, 2, 4 and so on up to a minute."""
    return float(min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(look, 10)))


class Reconciliation:
    """
    The rules by which an open instruction is settled.

    Only the server's clock counts. What could be true only until a late request arrives waits until
    the server has been quiet long enough, and is then read twice with a reading of another record in
    between: a reading way that has gone dead must not pass for "nothing happened". Where the provider
    refunds later, what it has accepted changes no record until then: a record without it proves nothing.
    """

    def __init__(self, rules: Rules) -> None:
        self._rules = rules

    def check(self, row: Instruction, known: Knowledge, *, looks: int = 0) -> Course[Checked]:
        """One pass over a row in UNKNOWN or REFUSED; `looks` counts the passes since the last start."""
        seen = yield Look(row.subject)
        if not self._is_evidence(row, seen):
            return self._later(row, looks, getattr(seen, "why", "another record"))
        finding = self._rules.find(row, seen, known)
        if finding.reading is Reading.OURS:
            return (yield from self._settle(row, seen, State.CONFIRMED, finding))
        is_final = finding.is_final and not _may_follow(row)
        if not (is_final or self._is_quiet(row, seen, known)):
            return (yield from self._note(row, seen, known, finding, looks))
        if finding.reading is Reading.AMBIGUOUS:
            return (yield from self._settle(row, seen, State.HUMAN, finding))
        if _may_follow(row):
            return (yield from self._wait_for_it(row, seen, finding))
        return (yield from self._prove_nothing(row, known, looks))

    def _is_evidence(self, row: Instruction, seen: object) -> bool:
        return isinstance(seen, Observation) and seen.subject == row.subject

    def _is_quiet(self, row: Instruction, seen: Observation, known: Knowledge) -> bool:
        if row.quiet_from is None or seen.server_time is None:
            return False
        return seen.server_time - row.quiet_from >= known.quiet_seconds

    def _prove_nothing(self, row: Instruction, known: Knowledge, looks: int) -> Course[Checked]:
        if not (yield LookElsewhere(row.subject)):
            return self._later(row, looks, "no other record can be read")
        seen = yield Look(row.subject)
        if not self._is_evidence(row, seen):
            return self._later(row, looks, getattr(seen, "why", "another record"))
        finding = self._rules.find(row, seen, known)
        if finding.reading is Reading.OURS:
            return (yield from self._settle(row, seen, State.CONFIRMED, finding))
        if finding.reading is Reading.AMBIGUOUS or not (finding.is_final or self._is_quiet(row, seen, known)):
            return self._later(row, looks, finding.grounds)
        state = State.REJECTED if row.state is State.REFUSED else State.NOT_APPLIED
        return (yield from self._settle(row, seen, state, finding))

    def _wait_for_it(self, row: Instruction, seen: Observation, finding: Finding) -> Course[Checked]:
        """The request may have been accepted: only the record, or after days a person, settles it."""
        assert row.quiet_from is not None  # noqa: S101 - the quiet has been counted from it
        assert seen.server_time is not None  # noqa: S101 - as above
        if seen.server_time - row.quiet_from < LATER_SECONDS:
            return Checked(row=row, why="the provider refunds later", again_in=LATER_WAIT)
        late = msgspec.structs.replace(finding, grounds="the provider refunds later, and nothing has come")
        return (yield from self._settle(row, seen, State.HUMAN, late))

    def _settle(self, row: Instruction, seen: Observation, state: State, finding: Finding) -> Course[Checked]:
        settled = msgspec.structs.replace(
            row,
            state=state,
            cancellation=finding.identity,
            settled_at=seen.server_time,
            echoed=echoed_bytes(row, seen),
            note=finding.grounds,
        )
        done = yield from self._commit(row, settled, seen, "settled")
        return Checked(row=done or row, why=finding.grounds, again_in=None if done else FIRST_WAIT)

    def _note(
        self, row: Instruction, seen: Observation, known: Knowledge, finding: Finding, looks: int
    ) -> Course[Checked]:
        """Keep the first reading after the last attempt: from its time on the server has to be quiet."""
        if row.quiet_from is None and seen.server_time is not None:
            noted = msgspec.structs.replace(row, quiet_from=seen.server_time)
            done = yield from self._commit(row, noted, seen, "looked")
            return self._later(done or row, looks, finding.grounds)
        if seen.server_time is None and looks >= known.most_timeless_looks:
            timeless = msgspec.structs.replace(finding, identity=None, grounds="the server tells no time")
            return (yield from self._settle(row, seen, State.HUMAN, timeless))
        return self._later(row, looks, finding.grounds)

    def _commit(
        self, row: Instruction, new: Instruction, seen: Observation, event: str
    ) -> Course[Instruction | None]:
        change = Change(
            row=new, was=row.state, number=row.attempt, event=event, actor=ACTOR, seen=seen, is_result=True
        )
        return new if (yield Commit(change)) is Committed.YES else None

    def _later(self, row: Instruction, looks: int, why: str) -> Checked:
        return Checked(row=row, why=why, again_in=wait_before(looks))


def _may_follow(row: Instruction) -> bool:
    """Whether a request that was not refused may be carried out long after it."""
    return row.pays_later and row.state is State.UNKNOWN
