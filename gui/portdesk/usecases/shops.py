"""Connecting a shop, opening it, forgetting it."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import secrets
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Final

from portdesk.api.address import API_URL
from portdesk.api.client import Client
from portdesk.api.endpoint import NoRequest
from portdesk.api.endpoints.tiers import FETCH_TIER, FetchTier
from portdesk.api.endpoints.users import FETCH_PG_SETTINGS
from portdesk.api.verdict import Reply
from portdesk.domain.errors import InputError, KeyringMissingError, StoreUnusableError
from portdesk.domain.events import Bus, PaymentsChanged
from portdesk.domain.ids import ShopId
from portdesk.domain.messages import Message
from portdesk.domain.payments import Payment
from portdesk.domain.reference import PgSetting, Tier
from portdesk.domain.shops import Credentials, Shop
from portdesk.store.checkpoints import Checkpoints
from portdesk.store.database import Database
from portdesk.store.folders import DataFolder, make_private
from portdesk.store.journal_head import JournalHead
from portdesk.store.journal_thread import JournalThread
from portdesk.store.migrations import MIGRATIONS
from portdesk.store.pay_forms import PayFormFile
from portdesk.store.payments import PaymentStore
from portdesk.store.refund_settings import RefundSettingsFile
from portdesk.store.search_index import merge_some
from portdesk.store.secrets import Secrets
from portdesk.store.shops import ShopFile
from portdesk.store.sync_log import SyncLogStore
from portdesk.sync.engine import SyncEngine
from portdesk.usecases.activity import SyncLog
from portdesk.usecases.bulk_lists import BulkLists
from portdesk.usecases.cautions import DayBook
from portdesk.usecases.checkout import Checkouts
from portdesk.usecases.disclosures import Disclosures, operator_name
from portdesk.usecases.dry_runs import DryRuns
from portdesk.usecases.pay_forms import PayForms
from portdesk.usecases.payments import Payments
from portdesk.usecases.refund_file import RefundFiles
from portdesk.usecases.refund_list import RefundList
from portdesk.usecases.refund_settings import RefundChoices
from portdesk.usecases.refund_wire import RefundWire
from portdesk.usecases.refunds import Refunds

DEMO: Final = ShopId("demo00000000")
COLOURS: Final = ("#2563eb", "#b4540a", "#7c3aed", "#be123c", "#0f766e", "#4d7c0f", "#a21caf", "#0369a1")
"""Bands of connected shops, handed out in turn; the demo shop's is its own."""
_DEMO_COLOUR: Final = "#2a9d8f"


class Checked:
    """What a trial of the keys found: the shop's PG channels and, with a tier, its name."""

    def __init__(self, channels: tuple[PgSetting, ...], tier: Tier | None) -> None:
        self.channels = channels
        self.tier = tier


class OpenShop:
    """A shop that is open: its payments, the sync that keeps them, the bus that tells of both."""

    def __init__(
        self,
        shop: Shop,
        client: Client,
        database: Database,
        journal: JournalThread,
        head: JournalHead,
        *,
        choices: RefundSettingsFile,
        pay_form_file: PayFormFile,
    ) -> None:
        self.shop = shop
        self.bus = Bus()
        self._client = client
        self._journal = journal
        self._database = database
        self._store = PaymentStore(database)
        self.payments = Payments(client, self._store, self.bus)
        self.sync = SyncEngine(client, self._store, Checkpoints(database), self.bus)
        self.log = SyncLog(SyncLogStore(database), self.bus, partial(_server_now, client))
        wire = RefundWire(client, self._keep_reading)
        self.refunds = Refunds(wire, journal, head, self.bus, shop=shop.fingerprint)
        self.checkouts = Checkouts(
            client, journal, head, self.bus, shop=shop.fingerprint, on_read=self._keep_reading
        )
        self.refund_choices = RefundChoices(choices, journal, head)
        self.day_book = DayBook(self.payments, self.refunds)
        self.disclosures = Disclosures(journal, head, operator_name())
        self.refund_list = RefundList(journal, self._store.names_of, self.bus)
        self.refund_files = RefundFiles(journal)
        self.pay_forms = PayForms(client, self._store, pay_form_file)
        now = partial(_server_now, client)
        dry_runs = DryRuns(client, journal, self.refund_choices, now=now)
        self.bulk = BulkLists(
            self.refunds,
            journal,
            dry_runs,
            self.refund_choices,
            shop=shop.fingerprint,
            actor=operator_name(),
            now=now,
        )
        database.on_rebuilt = self.sync.begin_anew

    async def keep_in_step(self) -> None:
        """
        Fetch what is missing and then keep up, and note what happens, until cancelled.

        The refunds are looked after by `refunds.keep_checking` and the payment windows by
        `checkouts.keep_looking`, which have to go on when this ends.
        """
        jobs = (self._fill_index, self.sync.run, self.log.run)
        try:
            async with asyncio.TaskGroup() as group:  # no job goes on by itself when another ends badly
                for job in jobs:
                    group.create_task(job())
        except BaseExceptionGroup as failures:
            raise failures.exceptions[0] from None

    async def _keep_reading(self, reply: Reply[Payment]) -> None:
        """Let the local copy follow what the refunds read; it decides nothing about them."""
        read_at = reply.server_time or datetime.now(UTC)
        changed = await self._store.save([reply.value], read_at=read_at)
        if changed:
            self.bus.publish(PaymentsChanged(changed))

    async def _fill_index(self) -> None:
        """Let the search find what an older program had saved without it, a portion at a time."""
        with contextlib.suppress(StoreUnusableError):  # the sync meets it too, says so and tries again
            while await self._store.take_into_search():
                pass

    async def close(self) -> None:
        """Keep the last notes, then close the connections and the local copy."""
        await self.bulk.end()
        with contextlib.suppress(StoreUnusableError):
            await self.log.flush()
        await self._client.aclose()
        await self._journal.close()
        await self._database.close()


class Shops:
    """The shops this computer knows."""

    def __init__(self, folder: DataFolder, keys: Secrets, *, offline: bool = False) -> None:
        self._folder = folder
        self._keys = keys
        self._no_keys = Secrets(lambda: None)
        self._is_offline = offline
        self._file = ShopFile(folder.shops_file)

    def close(self) -> None:
        """End the threads of the key store."""
        self._keys.close()
        self._no_keys.close()

    def list(self) -> tuple[Shop, ...]:
        """The connected shops, oldest first; raises `StoreUnusableError`."""
        return self._file.load()

    async def can_keep_keys(self) -> bool:
        """Whether this system has a key store that may hold the keys."""
        return await self._keys.is_available()

    async def check(self, credentials: Credentials) -> Checked:
        """
        Try the keys without changing anything.

        Raises `TokenError` for wrong keys, `TlsError` and `NoReplyError` for a network that does not
        let us through, other `ApiError`s for what the server says.
        """
        client = Client(API_URL, credentials, offline=self._is_offline)
        try:
            channels = (await client.send(FETCH_PG_SETTINGS, NoRequest())).value
            tier = None
            if credentials.tier_code:
                request = FetchTier(tier_code=credentials.tier_code)
                tier = (await client.send(FETCH_TIER, request)).value
        finally:
            await client.aclose()
        return Checked(tuple(channels.list), tier)

    async def connect(
        self, name: str, credentials: Credentials, *, remember: bool, known: Shop | None = None
    ) -> Shop:
        """
        Check the keys, then add the shop (or renew the keys of a `known` one).

        `remember` keeps the keys in the system's key store. Raises as `check`, `InputError` for a
        name or an account that is there already or a known shop's foreign keys, and
        `KeyringMissingError`.
        """
        shops = self.list()
        fingerprint = fingerprint_of(credentials)
        _refuse_strangers(shops, name, fingerprint, known)
        await self.check(credentials)
        shop = known or Shop(
            id=ShopId(secrets.token_hex(6)),
            name=name,
            colour=COLOURS[len(shops) % len(COLOURS)],
            tier_code=credentials.tier_code,
            fingerprint=fingerprint,
            connected_at=datetime.now(UTC),
        )
        if remember:
            await self._keys.save(shop.id, credentials)
        shop = replace(shop, keys_are_stored=remember)
        self._file.save((*(other for other in shops if other.id != shop.id), shop))
        return shop

    async def open(self, shop: Shop, credentials: Credentials | None = None) -> OpenShop:
        """
        Open a connected shop with the keys of the key store, or with `credentials`.

        Raises `KeyringMissingError` when the keys have to be asked for.
        """
        keys = credentials
        if keys is None and shop.keys_are_stored:
            keys = await self._keys.load(shop.id, shop.tier_code)
        if keys is None or fingerprint_of(keys) != shop.fingerprint:
            raise KeyringMissingError(Message("The keys of {name} are not kept here.", name=shop.name))
        return await self._open(shop, API_URL, keys)

    async def open_loopback(self, base_url: str, credentials: Credentials, *, name: str) -> OpenShop:
        """Open a server on this machine as the demo shop; its local copy begins empty each time."""
        for folder in (self._folder.shop(DEMO), self._folder.journal(DEMO).parent):
            shutil.rmtree(folder, ignore_errors=True)
        fingerprint = fingerprint_of(credentials)
        shop = Shop(id=DEMO, name=name, colour=_DEMO_COLOUR, is_demo=True, fingerprint=fingerprint)
        return await self._open(shop, base_url, credentials)

    async def forget(self, shop: Shop) -> None:
        """Take the shop off the list and delete its keys and its local copy."""
        if shop.keys_are_stored:
            await self._keys.delete(shop.id)
        self._file.save(tuple(other for other in self.list() if other.id != shop.id))
        shutil.rmtree(self._folder.shop(shop.id), ignore_errors=True)

    async def _open(self, shop: Shop, base_url: str, credentials: Credentials) -> OpenShop:
        # The demo's journal begins empty each time, so there is no earlier head to hold it against.
        head = JournalHead(self._no_keys if shop.is_demo else self._keys, shop.id)
        path = self._folder.journal(shop.id)
        make_private(path.parent)
        journal = await JournalThread.open(path, await head.load())
        database = await Database.open(self._folder.cache(shop.id), MIGRATIONS, tidy_up=merge_some)
        client = Client(base_url, credentials, offline=self._is_offline)
        choices = RefundSettingsFile(self._folder.refund_settings(shop.id))
        return OpenShop(
            shop,
            client,
            database,
            journal,
            head,
            choices=choices,
            pay_form_file=PayFormFile(self._folder.pay_forms(shop.id)),
        )


def _server_now(client: Client) -> datetime:
    return client.server_now() or datetime.now(UTC)


def fingerprint_of(credentials: Credentials) -> str:
    """A short hash of the key and the tier, by which a changed or foreign key is noticed."""
    account = f"{credentials.imp_key}\n{credentials.tier_code or ''}"
    return hashlib.sha256(account.encode()).hexdigest()[:16]


def _refuse_strangers(shops: tuple[Shop, ...], name: str, fingerprint: str, known: Shop | None) -> None:
    if known is not None:
        if known.fingerprint != fingerprint:
            raise InputError(
                Message("These keys belong to another shop than {name}.", name=known.name),
                Message("Connect it as a shop of its own."),
            )
        return
    for shop in shops:
        if shop.name == name:
            raise InputError(Message("There is a shop called {name} already.", name=name))
        if shop.fingerprint == fingerprint:
            raise InputError(Message("This account is connected already, as {name}.", name=shop.name))
