"""What can be planned to happen later."""

from __future__ import annotations

from typing import Final

LATER_REFUND: Final = "refund"
"""A refund that was taken on and is now carried out."""
LATER_CANCEL: Final = "cancel"
"""A cancel call whose refusal was not the truth."""
OUTCOME: Final = "outcome"
"""A pay window ends."""
NEXT: Final = "next"
"""The demo shop's next event."""
WINDOW: Final = "window"
"""A PG's answer to a pay window that a person has already finished."""
