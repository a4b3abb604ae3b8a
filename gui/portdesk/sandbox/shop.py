"""Everything one running imitation shares between its requests, its faults and its tests."""

from __future__ import annotations

from portdesk.sandbox.faults import Faults
from portdesk.sandbox.later import Later
from portdesk.sandbox.settings import SandboxSettings
from portdesk.sandbox.state import State
from portdesk.sandbox.visits import Visits
from portdesk.sandbox.window.attempts import Attempts


class Shop:
    """The state and what surrounds it."""

    def __init__(self, settings: SandboxSettings) -> None:
        self.state = State(settings)
        self.later = Later(self.state)
        self.faults = Faults()
        self.visits = Visits()
        self.attempts = Attempts()

    def close(self) -> None:
        """Let go of the database."""
        self.state.close()
