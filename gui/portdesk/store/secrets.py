"""Secrets in the key store of the operating system, and nowhere else."""

from __future__ import annotations

import asyncio
import importlib
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, Protocol, TypeVar

from portdesk.domain.errors import KeyringMissingError
from portdesk.domain.ids import ShopId
from portdesk.domain.messages import Message
from portdesk.domain.shops import Credentials

logger = logging.getLogger(__name__)

T = TypeVar("T")

ALLOWED: Final = (
    ("keyring.backends.SecretService", "Keyring"),
    ("keyring.backends.kwallet", "DBusKeyring"),
    ("keyring.backends.libsecret", "Keyring"),
    ("keyring.backends.macOS", "Keyring"),
    ("keyring.backends.Windows", "WinVaultKeyring"),
)
"""
The key stores that may hold a secret, best first.

They are asked for by name, so that neither the environment nor a configuration file nor an
installed plug-in can put a plain text file in their place, as keyring would allow.
"""

_SERVICE: Final = "Portdesk"


class Keyring(Protocol):
    """What we use of a key store."""

    def get_password(self, service: str, username: str) -> str | None:
        """The secret, or `None`."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep the secret."""

    def delete_password(self, service: str, username: str) -> None:
        """Forget the secret."""


def system_keyring() -> Keyring | None:
    """The best allowed key store that works here, or `None`."""
    for module, name in ALLOWED:
        try:
            kind: Any = getattr(importlib.import_module(module), name)
            if kind.priority > 0:
                found: Keyring = kind()
                return found
        except Exception as error:  # noqa: BLE001 - a key store that is not there fails in its own way each
            logger.debug("a key store cannot be used", extra={"kind": type(error).__name__})
    return None


class Secrets:
    """
    Credentials of shops, two entries each: some systems limit the size of one.

    A locked key store asks the person, who may take long, so everything waits in a thread of its own.
    """

    def __init__(self, find: Callable[[], Keyring | None] = system_keyring) -> None:
        self._find = find
        self._keyring: Keyring | None = None
        self._was_looked_for = False
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="key-store")

    async def is_available(self) -> bool:
        """Whether this system has a key store that may hold a secret."""
        return await self._run(lambda: self._found() is not None)

    async def save(self, shop_id: ShopId, credentials: Credentials) -> None:
        """Keep the credentials of a shop; raises `KeyringMissingError`."""

        def save() -> None:
            keyring = self._needed()
            keyring.set_password(_SERVICE, f"{shop_id}/imp_key", credentials.imp_key)
            keyring.set_password(_SERVICE, f"{shop_id}/imp_secret", credentials.imp_secret)

        await self._run(save)

    async def load(self, shop_id: ShopId, tier_code: str | None = None) -> Credentials | None:
        """The credentials of a shop, or `None` if they are not kept; raises `KeyringMissingError`."""

        def load() -> Credentials | None:
            keyring = self._needed()
            key = keyring.get_password(_SERVICE, f"{shop_id}/imp_key")
            secret = keyring.get_password(_SERVICE, f"{shop_id}/imp_secret")
            if not key or not secret:
                return None
            return Credentials(imp_key=key, imp_secret=secret, tier_code=tier_code)

        return await self._run(load)

    async def delete(self, shop_id: ShopId) -> None:
        """Forget the credentials of a shop; raises `KeyringMissingError`."""

        def delete() -> None:
            keyring = self._needed()
            for name in ("imp_key", "imp_secret"):
                if keyring.get_password(_SERVICE, f"{shop_id}/{name}") is not None:
                    keyring.delete_password(_SERVICE, f"{shop_id}/{name}")

        await self._run(delete)

    async def keep(self, shop_id: ShopId, name: str, value: str) -> None:
        """Keep something small of a shop beside its keys; raises `KeyringMissingError`."""
        await self._run(lambda: self._needed().set_password(_SERVICE, f"{shop_id}/{name}", value))

    async def kept(self, shop_id: ShopId, name: str) -> str | None:
        """What was kept of a shop under `name`; raises `KeyringMissingError`."""
        return await self._run(lambda: self._needed().get_password(_SERVICE, f"{shop_id}/{name}"))

    def close(self) -> None:
        """End the thread; a prompt that nobody answers is not waited for."""
        self._worker.shutdown(wait=False, cancel_futures=True)

    async def _run(self, act: Callable[[], T]) -> T:
        def guarded() -> T | KeyringMissingError:
            try:
                return act()
            except KeyringMissingError as error:
                return error
            except Exception as error:  # noqa: BLE001 - each key store refuses in its own way
                return _refused(type(error).__name__)

        outcome = await asyncio.get_running_loop().run_in_executor(self._worker, guarded)
        if isinstance(outcome, KeyringMissingError):
            raise outcome
        return outcome

    def _found(self) -> Keyring | None:
        if not self._was_looked_for:
            self._keyring = self._find()
            self._was_looked_for = True
        return self._keyring

    def _needed(self) -> Keyring:
        keyring = self._found()
        if keyring is None:
            raise KeyringMissingError(
                Message("No key store was found on this system."),
                Message("The keys can be used for this session without being kept."),
            )
        return keyring


def _refused(kind: str) -> KeyringMissingError:
    return KeyringMissingError(
        Message("The key store refused ({kind}).", kind=kind),
        Message("Unlock the key store of this computer, or use the keys for this session only."),
    )
