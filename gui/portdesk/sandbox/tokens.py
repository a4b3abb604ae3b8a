"""Access tokens by the published rules: thirty minutes, the same one on asking again."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Final

LIFE: Final = 1800
EXTENSION: Final = 300
_NEARLY_OVER: Final = 60


@dataclass(frozen=True, slots=True)
class Token:
    """A token and the Unix second from which it is refused."""

    text: str
    expired_at: int


class Tokens:
    """The one token of the shop."""

    def __init__(self) -> None:
        self._token: Token | None = None

    def issue(self, now: int) -> Token:
        """The current token, five minutes longer when less than one is left; or a new one."""
        token = self._token
        if token is None or now >= token.expired_at:
            token = Token(secrets.token_hex(20), now + LIFE)
        elif token.expired_at - now < _NEARLY_OVER:
            token = Token(token.text, token.expired_at + EXTENSION)
        self._token = token
        return token

    def accepts(self, authorization: str, now: int) -> bool:
        """Whether this header's value, `Bearer <token>` or the bare token, is valid now."""
        scheme, _, rest = authorization.strip().partition(" ")
        given = rest.strip() if scheme.lower() == "bearer" else authorization.strip()
        token = self._token
        if token is None or now >= token.expired_at:
            return False
        return secrets.compare_digest(given.encode(), token.text.encode())

    def expire(self) -> None:
        """Refuse what was given out; the next one is new."""
        self._token = None
