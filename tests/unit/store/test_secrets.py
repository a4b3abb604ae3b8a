"""Secrets go to a key store of the operating system or nowhere."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import keyring
import keyring.backend
import keyring.backends.chainer
import keyring.backends.fail
import keyring.backends.null
import keyring.errors
import pytest

from portdesk.domain.errors import KeyringMissingError
from portdesk.domain.ids import ShopId
from portdesk.domain.shops import Credentials
from portdesk.store import secrets as secrets_module
from portdesk.store.secrets import ALLOWED, Secrets, system_keyring

pytestmark = pytest.mark.anyio

SHOP = ShopId("0123456789ab")
KEYS = Credentials(imp_key="1234567890123456", imp_secret="s" * 80, tier_code="AB1")


class Drawer:
    """A key store in memory."""

    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], str] = {}
        self.threads: set[str] = set()

    def get_password(self, service: str, username: str) -> str | None:
        self.threads.add(threading.current_thread().name)
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.entries[service, username]


class Locked(Drawer):
    """A key store whose owner said no."""

    def get_password(self, service: str, username: str) -> str | None:
        raise keyring.errors.KeyringLocked("the secret is hunter2")

    set_password = get_password
    delete_password = get_password


class TestSecrets:
    async def test_what_was_kept_comes_back(self) -> None:
        drawer = Drawer()
        secrets = Secrets(lambda: drawer)
        await secrets.save(SHOP, KEYS)
        assert await secrets.load(SHOP, "AB1") == KEYS
        await secrets.delete(SHOP)
        assert await secrets.load(SHOP) is None
        assert drawer.entries == {}
        secrets.close()

    async def test_each_secret_is_an_entry_of_its_own(self) -> None:
        drawer = Drawer()
        secrets = Secrets(lambda: drawer)
        await secrets.save(SHOP, KEYS)
        assert sorted(drawer.entries.values()) == sorted([KEYS.imp_key, KEYS.imp_secret])
        secrets.close()

    async def test_the_key_store_is_asked_in_a_thread_of_its_own(self) -> None:
        drawer = Drawer()
        secrets = Secrets(lambda: drawer)
        await secrets.load(SHOP)
        assert threading.main_thread().name not in drawer.threads
        secrets.close()

    async def test_no_key_store_is_an_error_of_the_machine(self) -> None:
        secrets = Secrets(lambda: None)
        assert not await secrets.is_available()
        with pytest.raises(KeyringMissingError) as caught:
            await secrets.save(SHOP, KEYS)
        assert caught.value.advice is not None
        secrets.close()

    async def test_a_refusal_is_told_without_its_words(self) -> None:
        secrets = Secrets(Locked)
        for act in (secrets.load(SHOP), secrets.save(SHOP, KEYS), secrets.delete(SHOP)):
            with pytest.raises(KeyringMissingError) as caught:
                await act
            assert "hunter2" not in str(caught.value)
        secrets.close()


class TestAllowList:
    def test_it_names_key_stores_of_operating_systems_only(self) -> None:
        assert {module.rpartition(".")[2] for module, _ in ALLOWED} == {
            "SecretService",
            "kwallet",
            "libsecret",
            "macOS",
            "Windows",
        }

    @pytest.mark.parametrize(
        "backend",
        [
            keyring.backends.null.Keyring,
            keyring.backends.fail.Keyring,
            keyring.backends.chainer.ChainerBackend,
            type("PlaintextKeyring", (keyring.backend.KeyringBackend,), {"priority": 99}),
        ],
    )
    def test_what_the_environment_or_a_program_chose_is_ignored(
        self, backend: type, monkeypatch: pytest.MonkeyPatch, own_home: Path
    ) -> None:
        monkeypatch.setenv("PYTHON_KEYRING_BACKEND", f"{backend.__module__}.{backend.__qualname__}")
        folder = own_home / "python_keyring"
        folder.mkdir(exist_ok=True)
        (folder / "keyringrc.cfg").write_text("[backend]\ndefault-keyring=keyring.backends.null.Keyring\n")
        monkeypatch.setattr(keyring.core, "_keyring_backend", backend)
        found = system_keyring()
        assert found is None or (type(found).__module__, type(found).__name__) in ALLOWED

    def test_a_key_store_that_breaks_is_passed_over(self, monkeypatch: pytest.MonkeyPatch) -> None:
        class Broken:
            priority = property(lambda _: 1 / 0)

        module = type(sys)("broken")
        module.Keyring, module.Whole = Broken(), type("Whole", (Drawer,), {"priority": 1})
        monkeypatch.setitem(sys.modules, "broken", module)
        monkeypatch.setattr(
            secrets_module, "ALLOWED", (("broken", "Keyring"), ("nowhere.at.all", "X"), ("broken", "Whole"))
        )
        assert type(system_keyring()).__name__ == "Whole"
