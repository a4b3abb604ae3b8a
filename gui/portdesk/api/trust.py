"""Whom we trust on the other end: those the system trusts, so that an office's own inspection proxy works."""

from __future__ import annotations

import ssl
import sys
from typing import Any

import truststore


def system_trust() -> ssl.SSLContext:
    """TLS 1.2 or newer. Takes a moment on Linux, where it reads the system's certificates."""
    context = _SystemTrust(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="localhost")
    return context


class _SystemTrust(truststore.SSLContext):
    """
    Reads the certificates once.

    On Linux truststore parses the whole bundle again for each connection: 25 to 45 ms on the thread of
    the screen. Elsewhere it only asks the system, and verifies afterwards.
    """

    _has_read = False

    def wrap_bio(
        self,
        incoming: ssl.MemoryBIO,
        outgoing: ssl.MemoryBIO,
        server_side: bool = False,  # noqa: FBT001, FBT002 - the signature of ssl
        server_hostname: str | None = None,
        session: ssl.SSLSession | None = None,
    ) -> ssl.SSLObject:
        """A connection in memory, as asyncio wants it."""
        connection: Any = self._ctx if self._has_read else super()
        wrapped: ssl.SSLObject = connection.wrap_bio(
            incoming, outgoing, server_side, server_hostname, session
        )
        self._has_read = sys.platform == "linux"
        return wrapped
