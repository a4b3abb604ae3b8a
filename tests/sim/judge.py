"""Compares what journals say with what the server did. Knows neither the protocol nor its code."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sim.server import Cancel, Payment

OPEN = frozenset({"planned", "sending", "unknown", "refused", "human"})
PROVEN_NOT = frozenset({"rejected", "not_applied", "not_sent", "abandoned"})
FINAL = frozenset({"confirmed", "rejected", "confirmed_by_human", "external", "abandoned"})
MAY_HAVE_ACTED = OPEN - {"planned"} | {"confirmed", "confirmed_by_human", "external"}
FROZEN = ("payment", "amount", "checksum", "shown")

Row = Mapping[str, Any]
"""One instruction as its journal has it; the names are those used below."""


class ViolationError(AssertionError):
    """The history broke an invariant."""


class Judge:
    def __init__(self, now: Callable[[], float]) -> None:
        self.rows: dict[str, Row] = {}
        self.desk_of: dict[str, str] = {}
        self.clicks: Counter[str] = Counter()
        self.lives: dict[str, int] = {}
        self.excuses: Counter[str] = Counter()
        self.requests: Counter[tuple[str, int]] = Counter()
        self.effects: dict[str, list[Cancel]] = {}
        self.gross: dict[str, list[Cancel]] = {}
        self._now = now

    # ---- what the world tells

    def clicked(self, op: str, life: int) -> None:
        """A person pressed the button, in this life of the program."""
        self.clicks[op] += 1
        self.lives[op] = life

    def excused(self, op: str) -> None:
        """A request of `op` is known not to have been carried out: it may be made again."""
        self.excuses[op] += 1

    def committed(self, desk: str, row: Row) -> None:
        op, state = row["id"], row["state"]
        before = self.rows.get(op)
        if before is not None:
            if before["state"] in FINAL and state != before["state"]:
                self._fail("M10", f"{op} left {before['state']} for {state}")
            if any(before[name] != row[name] for name in FROZEN):
                self._fail("M10", f"{op} changed what was confirmed")
        self.rows[op] = row
        self.desk_of[op] = desk
        if state in OPEN and (before is None or before["state"] not in OPEN):
            self._one_open(desk, row)
        if state == "confirmed":
            self._really_done(row)
        elif state in PROVEN_NOT:
            self._really_not(row)
        self._words_are_true(row)
        self._adds_up(row["payment"])

    def request(
        self, tag: tuple[str, int], body: bytes, fields: Mapping[str, Any], *, row: Row | None, life: int
    ) -> None:
        """The first byte leaves; `row` is what the disk holds at this moment, `body` what is sent."""
        op, attempt = tag
        if row is None or row["state"] != "sending" or row["attempt"] != attempt:
            self._fail("M5", f"{op} sent without a claim")
        if row["body_sha256"] != hashlib.sha256(body).hexdigest():
            self._fail("M5", f"{op} sent another body than it wrote")
        self.requests[op, attempt] += 1
        if self.requests[op, attempt] > 1:
            self._fail("M13", f"{op} sent attempt {attempt} twice")
        if self.lives.get(op) != life or attempt > self.clicks[op] + self.excuses[op]:
            self._fail("M13", f"{op} sent again without a click")
        self._makes_sense(op, fields, row)

    def _makes_sense(self, op: str, fields: Mapping[str, Any], row: Row) -> None:
        amount, checksum = fields.get("amount"), fields.get("checksum")
        if not fields.get("imp_uid") or "merchant_uid" in fields:
            self._fail("M7", f"{op} does not name its payment")
        if amount is None or checksum is None or int(amount) != amount or not 0 < amount <= checksum:
            self._fail("M7", f"{op} asks for {amount} of {checksum}")
        if checksum != row["checksum"] or amount != row["amount"]:
            self._fail("M7", f"{op} sends other sums than were shown")

    def cancelled(self, payment: Payment, cancel: Cancel) -> None:
        self.gross.setdefault(payment.imp_uid, []).append(cancel)
        if payment.balance(cancel.time) < 0:
            self._fail("M6", f"{payment.imp_uid} gave back more than it had")
        if cancel.tag is not None:
            op = cancel.tag[0]
            done = self.effects.setdefault(op, [])
            done.append(cancel)
            if len(self._standing(done)) > 1:
                self._fail("M1", f"{op} happened twice")
            row = self.rows.get(op)
            if row is not None:
                if row["state"] in PROVEN_NOT:
                    self._fail("M4", f"{op} was called {row['state']} and happened later")
                self._one_from_shown(row, cancel)
        self._adds_up(payment.imp_uid)

    def ended(self) -> None:
        """All faults have stopped and time has passed."""
        for op, row in self.rows.items():
            if row["state"] in {"planned", "sending", "unknown", "refused"}:
                self._fail("M9", f"{op} was left {row['state']}")
        for uid, cancels in self.gross.items():
            ours = [row for row in self.rows.values() if row["payment"] == uid]
            if any(row["state"] in {"human", "confirmed_by_human", "external"} for row in ours):
                continue
            if len(self._standing(cancels)) != len(cancels):
                continue
            claimed = sum(row["amount"] for row in ours if row["state"] == "confirmed")
            outside = sum(cancel.amount for cancel in cancels if cancel.tag is None)
            if claimed + outside != sum(cancel.amount for cancel in cancels):
                self._fail("M6", f"{uid} does not add up at the end")

    # ---- the invariants

    def _one_open(self, desk: str, row: Row) -> None:
        same = [
            op
            for op, other in self.rows.items()
            if other["payment"] == row["payment"] and other["state"] in OPEN and self.desk_of[op] == desk
        ]
        if len(same) > 1:
            self._fail("M8", f"{len(same)} open on {row['payment']}")

    def _really_done(self, row: Row) -> None:
        done = self.effects.get(row["id"], [])
        if len(done) != 1:
            self._fail("M3", f"{row['id']} called done, happened {len(done)} times")
        cancel = done[0]
        mine = {f"id:{cancel.number}", f"{cancel.trace}|{cancel.amount}|{cancel.unix}"}
        if cancel.amount != row["amount"] or row["named"] not in mine:
            self._fail("M3", f"{row['id']} names {row['named']}, not what it did")

    def _really_not(self, row: Row) -> None:
        if self._standing(self.effects.get(row["id"], ())):
            self._fail("M4", f"{row['id']} called {row['state']}, yet happened")

    def _one_from_shown(self, row: Row, cancel: Cancel) -> None:
        for op, done in self.effects.items():
            other = self.rows.get(op)
            if op == row["id"] or other is None or other["payment"] != row["payment"]:
                continue
            if (
                self._standing(done)
                and other["shown"] == row["shown"]
                and other["checksum"] == row["checksum"]
            ):
                self._fail("M2", f"{op} and {row['id']} both happened from one display")

    def _words_are_true(self, row: Row) -> None:
        text, state = row["text"].lower(), row["state"]
        if "done" in text and state != "confirmed":
            self._fail("U1", f"{row['id']} says done in {state}")
        if ("failed" in text or text.startswith("refused")) and state not in PROVEN_NOT:
            self._fail("U1", f"{row['id']} says failed in {state}")

    def _adds_up(self, uid: str) -> None:
        cancels = self.gross.get(uid, ())
        ever = sum(cancel.amount for cancel in cancels)
        still = sum(cancel.amount for cancel in self._standing(cancels))
        outside = sum(cancel.amount for cancel in cancels if cancel.tag is None)
        ours = [row for row in self.rows.values() if row["payment"] == uid]
        sure = sum(row["amount"] for row in ours if row["state"] == "confirmed")
        most = sum(row["amount"] for row in ours if row["state"] in MAY_HAVE_ACTED)
        if sure + outside > ever or still > most + outside:
            self._fail("M6", f"{uid}: {sure} + {outside} <= {ever}, {still} <= {most} + {outside}")

    def _standing(self, cancels: Iterable[Cancel]) -> list[Cancel]:
        """What the provider has not taken back."""
        now = self._now()
        return [cancel for cancel in cancels if cancel.undone_at is None or cancel.undone_at > now]

    def _fail(self, rule: str, what: str) -> None:
        raise ViolationError(f"{rule}: {what}")
