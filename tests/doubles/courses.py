"""Drives a course by hand: what it asks for, and what it is told."""

from __future__ import annotations

from typing import Any

from portdesk.ledger.steps import Change, Commit, Committed, Course


class Driven:
    """Answers commits with yes and everything else from a list, and keeps what was asked."""

    def __init__(
        self, course: Course[Any], *answers: object, failing: dict[str, Committed] | None = None
    ) -> None:
        self.asked: list[object] = []
        self.changes: list[Change] = []
        left = list(answers)
        told: object = None
        while True:
            try:
                command = course.send(told)
            except StopIteration as end:
                self.result = end.value
                break
            self.asked.append(command)
            if isinstance(command, Commit):
                self.changes.append(command.change)
                told = (failing or {}).get(command.change.event, Committed.YES)
            else:
                told = left.pop(0)
        assert not left, "not everything was asked for"

    @property
    def path(self) -> list[str]:
        return [
            command.change.row.state.value if isinstance(command, Commit) else type(command).__name__
            for command in self.asked
        ]
