"""Which seeds are played: PORTDESK_SEEDS says how many, PORTDESK_SEED the first."""

from __future__ import annotations

import os

FIRST = int(os.environ.get("PORTDESK_SEED", "0"))
_WANTED = os.environ.get("PORTDESK_SEEDS")
_CHUNK = 500


def chunks(usual: int) -> list[range]:
    """The seeds in pieces that a worker plays in a few seconds; `usual` unless more or fewer are wanted."""
    last = FIRST + (int(_WANTED) if _WANTED else usual)
    return [range(start, min(start + _CHUNK, last)) for start in range(FIRST, last, _CHUNK)]
