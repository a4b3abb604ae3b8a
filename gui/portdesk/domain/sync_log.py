"""What the sync did, as a list shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

import msgspec

from portdesk.domain.messages import Message


class SyncNoteKind(Enum):
    """What a note is about."""

    RECEIVED = "received"
    COMPLETE = "complete"
    CONNECTED = "connected"
    LOST = "lost"
    FAILED = "failed"
    PAUSED = "paused"
    RESUMED = "resumed"


class SyncNote(msgspec.Struct, frozen=True, kw_only=True):
    """One thing the sync did or met; `rows` payments came new or changed with it."""

    at: datetime
    kind: SyncNoteKind
    rows: int = 0
    detail: Message | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncLogQuery:
    """Which notes are asked for; `since` is inclusive and `until` exclusive, no `kinds` means all."""

    since: datetime | None = None
    until: datetime | None = None
    kinds: frozenset[SyncNoteKind] = frozenset()
    descending: bool = True
