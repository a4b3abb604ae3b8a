"""The file of a refund as facts: the decision, what the server's record says, requests, who did what."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from portdesk.domain.pg.refusals import explain
from portdesk.domain.times import KST, from_unix
from portdesk.ledger import audit
from portdesk.ledger.instruction import Entry, Instruction, Observation
from portdesk.ledger.states import State, words
from portdesk.qt.words import exact, render, tr
from portdesk.usecases.refund_file import Evidence, RefundFile, Request, evidence, leaning
from portdesk.widgets.kit.facts import Fact, Group
from portdesk.widgets.payments.vocabulary import METHODS, PROVIDERS, named
from portdesk.widgets.refund_marks import told
from portdesk.widgets.refunds.vocabulary import ANSWERS, CAUSES, EVENTS, GROUNDS


def file_groups(file: RefundFile) -> list[Group]:
    """Everything about one refund, from what was decided to who did what."""
    return [
        _decision(file.row),
        *_record(file),
        *_words_of_the_server(file),
        Group(tr("Requests"), [fact for request in file.requests for fact in _request(request)]),
        Group(tr("What happened"), [_event(event) for event in file.events]),
    ]


def evidence_group(row: Instruction, seen: Observation, title: str) -> Group:
    """The record before and in this reading, and what came and went between."""
    found = evidence(row, seen)
    return Group(title, list(_evidence(row, found, seen)))


def _decision(row: Instruction) -> Group:
    provider, _, method = row.pg.partition("/")
    how = " ".join(part for part in (named(PROVIDERS, provider), named(METHODS, method)) if part)
    return Group(
        tr("Decided"),
        [
            Fact(name=tr("Amount"), value=told(row.amount, row.currency), wire="amount"),
            Fact(
                name=tr("of"),
                value=tr("{balance} that were left", balance=told(row.snapshot.balance, row.currency)),
                wire="checksum",
            ),
            Fact(name=tr("Reason"), value=row.reason, wire="reason"),
            Fact(name=tr("Code"), value=row.code or ""),
            Fact(name=tr("Who"), value=row.actor),
            Fact(name=tr("Paid with"), value=how),
            Fact(name=tr("imp_uid"), value=row.subject, wire="imp_uid"),
            Fact(name=tr("Order number"), value=row.merchant_uid, wire="merchant_uid"),
            Fact(name=tr("Confirmed twice"), value=row.approval),
            Fact(name=tr("Note"), value=_note(row)),
        ],
    )


def _note(row: Instruction) -> str:
    return tr(GROUNDS[row.note]) if row.note in GROUNDS else row.note


def _record(file: RefundFile) -> Iterator[Group]:
    row = file.row
    if not file.seen:
        yield Group(
            tr("The server's record"),
            [Fact(name=tr("Before"), value=_told_record(row.snapshot.balance, row.snapshot.entries, row))],
        )
        return
    last = file.seen[-1]
    at = exact(from_unix(last.server_time or 0))
    yield evidence_group(row, last, tr("The server's record, as of {time}", time=at) if at else tr("Record"))


def _evidence(row: Instruction, found: Evidence, seen: Observation) -> Iterator[Fact]:
    yield Fact(name=tr("Before"), value=_told_record(found.before, row.snapshot.entries, row))
    yield Fact(name=tr("Now"), value=_told_record(found.now, seen.entries, row))
    yield Fact(name=tr("If carried out"), value=told(found.expected, row.currency))
    for entry in found.new:
        yield Fact(name=tr("New"), value=_told_entry(entry, row), foreign=True)
    for entry in found.gone:
        yield Fact(name=tr("Gone"), value=_told_entry(entry, row), foreign=True)
    if row.state is not State.CONFIRMED:
        yield Fact(name=tr("It says"), value=render(leaning(row, found).value))
    if row.is_overlapped:
        yield Fact(name=tr("Watch out"), value=tr("Somebody else refunded at the same moment"))


def _told_record(balance: int, entries: tuple[Entry, ...], row: Instruction) -> str:
    left = told(balance, row.currency)
    return tr("{left} left, {count} refunds in the record", left=left, count=len(entries))


def _told_entry(entry: Entry, row: Instruction) -> str:
    parts = (told(entry.amount, row.currency), exact(from_unix(entry.at or 0)), entry.text)
    return " · ".join(part for part in parts if part)


def _words_of_the_server(file: RefundFile) -> Iterator[Group]:
    message = file.server_message
    if not message:
        return
    known = explain(file.row.pg.partition("/")[0], message)
    facts = [Fact(name=tr("In its own words"), value=message, foreign=True)]
    if known is not None:
        facts.append(Fact(name=tr("This means"), value=render(known.meaning)))
        facts.append(Fact(name=tr("Next step"), value=render(known.next_step)))
    yield Group(tr("The PG's answer"), facts)


def _request(request: Request) -> Iterator[Fact]:
    if request.answer:
        end = tr(ANSWERS.get(request.answer, request.answer))
    else:
        end = tr("Not known: the program ended before the answer")
    if request.detail:
        end = f"{end} ({request.detail})"
    cause = tr(CAUSES.get(request.cause, request.cause))
    yield Fact(
        name=tr("Request {number}", number=request.number),
        value=tr("{end}; because of {cause}, by {actor}", end=end, cause=cause, actor=request.actor),
        wire=request.body_sha256,
    )


def _event(event: audit.Row) -> Fact:
    detail = event.detail
    parts = [tr(EVENTS.get(event.event, event.event), number=detail.get("attempt", ""))]
    if event.event in ("settled", "decided", "recovered"):
        parts.append(_state_word(str(detail.get("state", ""))))
    if event.event == "decided":
        parts.append(f"“{detail.get('note', '')}”")
    parts.append(event.actor)
    return Fact(name=_clock(event.at), value=" · ".join(part for part in parts if part), wire=event.at)


def _state_word(state: str) -> str:
    return render(words(State(state))) if state in {one.value for one in State} else state


def _clock(at: str) -> str:
    """The moment of an audit row, in Korea; as it is written where it is no time."""
    try:
        return f"{datetime.fromisoformat(at).astimezone(KST):%m-%d %H:%M:%S}"
    except ValueError:
        return at
