"""Connecting a shop tells what is wrong, keeps keys where they belong, and can be undone."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from portdesk.api.errors import (
    NoReplyError,
    NotFoundError,
    RefusedError,
    ServerFaultError,
    TlsError,
    TokenError,
)
from portdesk.domain.errors import InputError, KeyringMissingError, StoreUnusableError
from portdesk.domain.events import ConnectionChanged
from portdesk.domain.messages import Message
from portdesk.domain.payment_lists import PaymentQuery
from portdesk.domain.shops import Credentials
from portdesk.sandbox.faults import Fault, FaultKind
from portdesk.sandbox.server import RunningSandbox, start_sandbox
from portdesk.sandbox.settings import SandboxSettings
from portdesk.store.folders import DataFolder
from portdesk.store.secrets import Secrets
from portdesk.usecases import activity
from portdesk.usecases import shops as shops_module
from portdesk.usecases.shops import DEMO, OpenShop, Shops, fingerprint_of

pytestmark = pytest.mark.anyio


class Drawer:
    """A key store in memory."""

    def __init__(self) -> None:
        self.entries: dict[str, str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get(username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.entries[username]


@pytest.fixture(scope="module")
def running() -> Iterator[RunningSandbox]:
    with start_sandbox(SandboxSettings(payments=20)) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: RunningSandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningSandbox]:
    monkeypatch.setattr(shops_module, "API_URL", running.base_url)
    yield running
    running.faults.clear()


@pytest.fixture
def keys(running: RunningSandbox) -> Credentials:
    return Credentials(imp_key=running.imp_key, imp_secret=running.imp_secret)


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path)


@pytest.fixture
def drawer() -> Drawer:
    return Drawer()


@pytest.fixture
def shops(folder: DataFolder, drawer: Drawer) -> Iterator[Shops]:
    shops = Shops(folder, Secrets(lambda: drawer))
    yield shops
    shops.close()


class TestCheck:
    async def test_good_keys_find_the_channels(
        self, sandbox: RunningSandbox, shops: Shops, keys: Credentials
    ) -> None:
        found = await shops.check(keys)
        assert found.channels
        assert found.tier is None

    async def test_wrong_keys_are_told(self, sandbox: RunningSandbox, shops: Shops) -> None:
        with pytest.raises(TokenError):
            await shops.check(Credentials(imp_key="1" * 16, imp_secret="2" * 80))

    async def test_an_unknown_tier_is_told(
        self, sandbox: RunningSandbox, shops: Shops, keys: Credentials
    ) -> None:
        unknown = Credentials(imp_key=keys.imp_key, imp_secret=keys.imp_secret, tier_code="ZZ9")
        with pytest.raises((NotFoundError, TokenError, RefusedError)):
            await shops.check(unknown)

    async def test_no_network_is_told(
        self, shops: Shops, keys: Credentials, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
        monkeypatch.setattr(shops_module, "API_URL", f"http://127.0.0.1:{port}")
        with pytest.raises(NoReplyError) as caught:
            await shops.check(keys)
        assert not isinstance(caught.value, TlsError)

    async def test_a_server_in_trouble_is_told(
        self, sandbox: RunningSandbox, shops: Shops, keys: Credentials
    ) -> None:
        sandbox.faults.add(Fault(kind=FaultKind.STATUS, operation="GET /users/pg", status=503, count=None))
        with pytest.raises(ServerFaultError):
            await shops.check(keys)


class TestConnect:
    async def test_a_connected_shop_is_listed_and_opens_with_its_kept_keys(
        self, sandbox: RunningSandbox, shops: Shops, keys: Credentials, drawer: Drawer
    ) -> None:
        shop = await shops.connect("가게", keys, remember=True)
        assert shops.list() == (shop,)
        assert sorted(drawer.entries.values()) == sorted([keys.imp_key, keys.imp_secret])
        opened = await shops.open(shop)
        assert len(await opened.payments.ids(PaymentQuery())) == 0
        await opened.close()

    async def test_the_list_on_disk_holds_no_key(
        self, sandbox: RunningSandbox, shops: Shops, keys: Credentials, folder: DataFolder
    ) -> None:
        await shops.connect("가게", keys, remember=True)
        content = folder.shops_file.read_text()
        assert keys.imp_key not in content
        assert keys.imp_secret not in content

    async def test_keys_for_this_session_are_asked_for_again(
        self, sandbox: RunningSandbox, shops: Shops, keys: Credentials, drawer: Drawer
    ) -> None:
        shop = await shops.connect("가게", keys, remember=False)
        assert drawer.entries == {}
        with pytest.raises(KeyringMissingError):
            await shops.open(shop)
        await (await shops.open(shop, keys)).close()

    async def test_wrong_keys_leave_nothing_behind(
        self, sandbox: RunningSandbox, shops: Shops, drawer: Drawer
    ) -> None:
        with pytest.raises(TokenError):
            await shops.connect("가게", Credentials(imp_key="1", imp_secret="2"), remember=True)
        assert shops.list() == ()
        assert drawer.entries == {}

    async def test_a_name_or_an_account_is_connected_once(
        self, sandbox: RunningSandbox, shops: Shops, keys: Credentials
    ) -> None:
        await shops.connect("가게", keys, remember=False)
        other = Credentials(imp_key="9", imp_secret="9")
        with pytest.raises(InputError):
            await shops.connect("가게", other, remember=False)
        with pytest.raises(InputError):
            await shops.connect("다른 가게", keys, remember=False)

    async def test_new_keys_of_a_known_shop_must_be_its_own(
        self, sandbox: RunningSandbox, shops: Shops, keys: Credentials
    ) -> None:
        shop = await shops.connect("가게", keys, remember=False)
        renewed = await shops.connect("가게", keys, remember=True, known=shop)
        assert renewed.id == shop.id
        assert shops.list() == (renewed,)
        with pytest.raises(InputError):
            await shops.connect("가게", Credentials(imp_key="9", imp_secret="9"), remember=True, known=shop)

    async def test_foreign_keys_do_not_open_a_shop(
        self, sandbox: RunningSandbox, shops: Shops, keys: Credentials
    ) -> None:
        shop = await shops.connect("가게", keys, remember=False)
        with pytest.raises(KeyringMissingError):
            await shops.open(shop, Credentials(imp_key="9", imp_secret="9"))

    async def test_a_forgotten_shop_leaves_no_trace(
        self, sandbox: RunningSandbox, shops: Shops, keys: Credentials, drawer: Drawer, folder: DataFolder
    ) -> None:
        shop = await shops.connect("가게", keys, remember=True)
        await (await shops.open(shop)).close()
        assert folder.cache(shop.id).exists()
        await shops.forget(shop)
        assert shops.list() == ()
        assert drawer.entries == {}
        assert not folder.shop(shop.id).exists()


class TestDemo:
    async def test_its_copy_begins_empty_each_time(
        self, sandbox: RunningSandbox, shops: Shops, keys: Credentials, folder: DataFolder
    ) -> None:
        opened = await shops.open_loopback(sandbox.base_url, keys, name="바다꽃집")
        (row, *_) = [row for row in sandbox.state.payments() if not row["sandbox"]]
        await opened.payments.read_again(row["imp_uid"])
        await opened.close()
        assert folder.cache(DEMO).exists()
        again = await shops.open_loopback(sandbox.base_url, keys, name="바다꽃집")
        assert len(await again.payments.ids(PaymentQuery())) == 0
        assert again.shop.is_demo
        await again.close()


async def test_what_was_saved_without_an_index_is_taken_into_it(
    shops: Shops, running: RunningSandbox, keys: Credentials, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = await shops.open_loopback(running.base_url, keys, name="demo")
    portions = [False, True, True]

    async def take() -> bool:
        return portions.pop()

    async def nothing() -> None:
        return None

    monkeypatch.setattr(opened._store, "take_into_search", take)
    monkeypatch.setattr(opened.sync, "run", nothing)
    monkeypatch.setattr(opened.log, "run", nothing)
    await opened.keep_in_step()
    await opened.close()

    assert portions == []


class TestKeepInStep:
    @pytest.fixture
    async def opened(
        self, shops: Shops, running: RunningSandbox, keys: Credentials
    ) -> AsyncIterator[OpenShop]:
        opened = await shops.open_loopback(running.base_url, keys, name="demo")
        yield opened
        await opened.close()

    async def test_no_job_goes_on_alone_when_another_ends_badly(
        self, opened: OpenShop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ended = asyncio.Event()

        async def sync_for_ever() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                ended.set()

        async def fail() -> None:
            await asyncio.sleep(0)
            raise LookupError

        monkeypatch.setattr(opened.sync, "run", sync_for_ever)
        monkeypatch.setattr(opened.log, "run", fail)
        with pytest.raises(LookupError):
            await opened.keep_in_step()

        assert ended.is_set()

    async def test_a_full_disk_ends_neither_index_nor_notes(
        self, opened: OpenShop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        tries: list[object] = []
        both_tried = asyncio.Event()

        async def refuse(*what: object) -> bool:
            tries.append(what)
            if len(tries) == 2:
                both_tried.set()
            raise StoreUnusableError(Message("There is no room left on the disk."))

        async def sync() -> None:
            await asyncio.sleep(0)
            opened.bus.publish(ConnectionChanged(is_connected=True))
            await asyncio.Event().wait()

        monkeypatch.setattr(opened._store, "take_into_search", refuse)
        monkeypatch.setattr(opened.log._store, "add", refuse)
        monkeypatch.setattr(activity, "_GATHERED", 0)
        monkeypatch.setattr(opened.sync, "run", sync)
        task = asyncio.get_running_loop().create_task(opened.keep_in_step())
        await asyncio.wait_for(both_tried.wait(), 5)
        await asyncio.sleep(0)

        assert not task.done()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


def test_the_fingerprint_knows_key_and_tier_and_reveals_neither() -> None:
    plain = Credentials(imp_key="1234567890123456", imp_secret="a")
    tiered = Credentials(imp_key="1234567890123456", imp_secret="a", tier_code="AB1")
    other_secret = Credentials(imp_key="1234567890123456", imp_secret="b")
    assert fingerprint_of(plain) != fingerprint_of(tiered)
    assert fingerprint_of(plain) == fingerprint_of(other_secret)
    assert "1234" not in fingerprint_of(plain)
