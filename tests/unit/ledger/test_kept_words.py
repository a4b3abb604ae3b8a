"""What stands in journals and result files is read again by later programs, so it never changes."""

from __future__ import annotations

from enum import Enum

import pytest

from portdesk.ledger.batch import Next, Part
from portdesk.ledger.instruction import Kind
from portdesk.ledger.states import State

KEPT = {
    State: "planned sending unknown refused human confirmed rejected not_applied not_sent "
    "confirmed_by_human external abandoned",
    Kind: "refund charge",
    Next: "wait paused finished",
    Part: "confirmed confirmed_by_human external refused not_applied not_sent abandoned checking human "
    "not_started",
}


@pytest.mark.parametrize("words", KEPT, ids=lambda words: words.__name__)
def test_the_words_in_files_stay(words: type[Enum]) -> None:
    assert [word.value for word in words] == KEPT[words].split(" ")
