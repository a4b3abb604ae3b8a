"""Key stores: one that works, one that refuses."""

from __future__ import annotations


class KeyringInMemory:
    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], str] = {}
        self.is_locked = False

    def get_password(self, service: str, username: str) -> str | None:
        self._ask()
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._ask()
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._ask()
        del self.entries[service, username]

    def _ask(self) -> None:
        if self.is_locked:
            raise RuntimeError("the person said no")
