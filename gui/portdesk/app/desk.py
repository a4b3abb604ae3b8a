"""Opens shops and closes them: the part of the program that is loaded behind the window."""

from __future__ import annotations

import asyncio
import logging
import os
from typing import Final

from PySide6.QtCore import Qt

from portdesk.app.container import Container
from portdesk.app.frame import now
from portdesk.checkout.place import CheckoutPlace
from portdesk.domain.checkout import Purpose
from portdesk.domain.errors import InputError, KeyringMissingError, PortdeskError, StoreUnusableError
from portdesk.domain.ids import ShopId
from portdesk.domain.messages import Message
from portdesk.domain.shops import Credentials, Shop
from portdesk.qt.alerts import Alert
from portdesk.qt.events import Events
from portdesk.qt.words import later
from portdesk.sandbox.server import RunningSandbox, start_sandbox
from portdesk.sandbox.settings import SandboxSettings
from portdesk.store.secrets import Secrets
from portdesk.usecases.shops import OpenShop, Shops
from portdesk.widgets.checkout.beginning import Beginning
from portdesk.widgets.checkout.till import Till
from portdesk.widgets.checkout.venue import Venue
from portdesk.widgets.crossings import Crossings
from portdesk.widgets.kit.disclosing import Disclosing
from portdesk.widgets.main_window import Page
from portdesk.widgets.refunds.settings import RefundSettingsDialog
from portdesk.widgets.revealing import Revealing
from portdesk.widgets.sign_in import SignIn
from portdesk.widgets.tabs import REFUNDS, TABS, Surroundings

logger = logging.getLogger(__name__)

_TRICKLE: Final = 25.0
"""Seconds between two things that happen in the demo shop by themselves."""


class Desk:
    """The shop that is open and, for the demo shop, the server behind it."""

    def __init__(self, container: Container) -> None:
        self._container = container
        self._settings = container.settings
        self._window = container.window
        self._alerts = container.alerts
        self._tasks = container.tasks
        self._keys = Secrets()
        self._is_offline = self._settings.offline or container.read_only
        self.shops = Shops(container.folder, self._keys, offline=self._is_offline)
        self.shop: OpenShop | None = None
        self.sandbox: RunningSandbox | None = None
        self._events: Events | None = None
        self._till: Till | None = None
        self._served = ("", Credentials(imp_key="", imp_secret=""))
        self._sign_in: SignIn | None = None
        self._connect()

    async def begin(self) -> None:
        """Open what was asked for; a rehearsal then plays and ends."""
        if self._container.read_only:
            self._say_read_only()
        if self._settings.api_url is not None:
            await self._open_loopback(self._settings.api_url)
        elif self._settings.demo or self._settings.is_staged:
            await self.open_demo()
        else:
            await self._open_known()
        if self._settings.is_staged and self.shop is not None:
            from portdesk.app.rehearsal import perform  # noqa: PLC0415 - only a rehearsal needs it

            agreed = await perform(self._container, self.shop, *self._served)
            self._container.close(0 if agreed else 1)

    async def end(self) -> None:
        """Close the shop and what was started for it."""
        await self._leave_shop()
        self.shops.close()

    async def open_demo(self) -> None:
        """Start our own server and open the shop on it."""
        await self._leave_shop()
        self._window.show_opening(Message("Preparing the demo shop…"))
        trickle = None if self._settings.is_staged else _TRICKLE
        self.sandbox = await asyncio.to_thread(start_sandbox, SandboxSettings(trickle_seconds=trickle))
        keys = Credentials(imp_key=self.sandbox.imp_key, imp_secret=self.sandbox.imp_secret)
        self._served = (self.sandbox.base_url, keys)
        self._show(await self.shops.open_loopback(self.sandbox.base_url, keys, name="바다꽃집"))

    async def open_shop(self, shop: Shop, credentials: Credentials | None = None) -> None:
        """Open a connected shop; asks for its keys where this computer does not keep them."""
        await self._leave_shop()
        self._window.show_opening(Message("Opening {name}…", name=shop.name))
        try:
            opened = await self.shops.open(shop, credentials)
        except KeyringMissingError:
            await self._ask_keys(shop)
            return
        self._show(opened)
        self._container.remember(shop=shop.id)

    async def show_welcome(self) -> None:
        """Offer the demo shop and connecting one's own."""
        await self._leave_shop()
        await self._ask_keys(None)

    def _connect(self) -> None:
        header = self._window.header
        header.demo_asked.connect(lambda: self._tasks.start("open", self.open_demo))
        header.connect_asked.connect(lambda: self._tasks.start("open", self.show_welcome))
        header.shop_asked.connect(lambda id_: self._tasks.start("open", self._open_by_id, id_))
        header.refunds_asked.connect(self._on_refunds_asked)
        header.pay_asked.connect(lambda: self._on_pay_asked(Purpose.PAY))
        header.card_asked.connect(lambda: self._on_pay_asked(Purpose.REGISTER))
        self._window.footer.pause_asked.connect(self._on_pause_asked)
        self._window.views_changed.connect(self._keep_layouts)

    def _say_read_only(self) -> None:
        self._alerts.raised.emit(
            Alert(
                Message("Portdesk is open already and does not answer, so this window only shows."),
                Message("Close the other one to fetch and to change anything."),
            )
        )

    async def _open_known(self) -> None:
        shops = self._listed()
        wanted = self._settings.shop
        named = [shop for shop in shops if shop.name == wanted] if wanted else []
        if wanted and not named:
            self._alerts.show(InputError(Message("There is no shop called {name}.", name=wanted)))
        last = [shop for shop in shops if shop.id == self._container.preferences.shop] or list(shops[:1])
        chosen = named or last
        if chosen:
            await self.open_shop(chosen[0])
        else:
            await self.show_welcome()

    def _listed(self) -> tuple[Shop, ...]:
        """The shops; a list that cannot be read is told, and keeps nobody from the demo shop."""
        try:
            return self.shops.list()
        except StoreUnusableError as error:
            self._alerts.show(error)
            return ()

    async def _open_loopback(self, base_url: str) -> None:
        key, secret = (os.environ.get(f"PORTDESK_IMP_{name}", "") for name in ("KEY", "SECRET"))
        if not key or not secret:
            await self.show_welcome()
            raise InputError(Message("--api-url needs PORTDESK_IMP_KEY and PORTDESK_IMP_SECRET."))
        keys = Credentials(imp_key=key, imp_secret=secret)
        self._served = (base_url, keys)
        self._show(await self.shops.open_loopback(base_url, keys, name="loopback"))

    async def _open_by_id(self, id_: ShopId) -> None:
        for shop in self._listed():
            if shop.id == id_:
                await self.open_shop(shop)

    def _show(self, opened: OpenShop) -> None:
        self.shop = opened
        self._events = Events(opened.bus, self._window)
        disclosing = self._disclosing(opened)
        self._till = till = Till(
            opened.checkouts,
            opened.pay_forms,
            self._venue(opened.shop),
            bus=opened.bus,
            privacy=self._container.privacy,
            tasks=self._tasks,
            now=now,
            parent=self._window,
        )
        around = Surroundings(
            shop=opened,
            events=self._events,
            alerts=self._alerts,
            privacy=self._container.privacy,
            disclosing=disclosing,
            tasks=self._tasks,
            pay=till.ask,
            crossings=Crossings(self._events),
            now=now,
        )
        pages = [Page(spec.key, spec.title, spec.build(around)) for spec in TABS]
        guard = Revealing(self._window, self._container.privacy, self._alerts, disclosing)
        layouts = self._container.preferences.layouts_in(opened.shop.id)
        self._window.show_shop(opened.shop, pages, layouts, guard)
        self._window.calling.follow(self._events, REFUNDS, around.crossings)
        kind = later("Demo shop · test") if opened.shop.is_demo else ""
        self._window.footer.follow(self._events, shop_kind=kind, offline=self._is_offline)
        logger.info("a shop is open")
        self._window.header.show_shops(self._listed(), opened.shop)
        if not self._is_offline:
            self._tasks.start("keep checking", opened.refunds.keep_checking)
            self._tasks.start("keep looking", opened.checkouts.keep_looking)
        stay = opened.sync.tell_offline if self._is_offline else opened.keep_in_step
        self._tasks.start("keep in step", stay)

    def _disclosing(self, opened: OpenShop) -> Disclosing:
        return Disclosing(
            opened.disclosures,
            self._container.preferences.reasons,
            lambda reasons: self._container.remember(reasons=reasons),
        )

    async def _ask_keys(self, shop: Shop | None) -> None:
        page = self._sign_in or self._build_sign_in()
        page.form.ask_keys_of(shop)
        page.offer_demo(offered=shop is None)
        self._window.header.show_shops(self._listed(), None)
        self._window.show_page(page)
        page.form.allow_keeping(allowed=await self.shops.can_keep_keys())

    def _build_sign_in(self) -> SignIn:
        page = SignIn(self._window)
        page.demo_asked.connect(lambda: self._tasks.start("open", self.open_demo))
        page.connect_asked.connect(
            lambda known, name, keys, keep: self._tasks.start(
                "connect", self._sign_in_to, known, name, keys, keep=keep
            )
        )
        self._sign_in = page
        return page

    async def _sign_in_to(self, known: Shop | None, name: str, keys: Credentials, *, keep: bool) -> None:
        assert self._sign_in is not None  # noqa: S101 - it is the page that asks
        form = self._sign_in.form
        form.show_busy(busy=True)
        try:
            shop = await self.shops.connect(name, keys, remember=keep, known=known)
        except PortdeskError as error:
            form.show_result(error)
            return
        finally:
            form.show_busy(busy=False)
        form.forget_secret()
        await self.open_shop(shop, keys)

    def _on_pause_asked(self, pause: bool) -> None:  # noqa: FBT001 - a signal's argument
        if self.shop is not None:
            if pause:
                self.shop.sync.pause()
            else:
                self.shop.sync.resume()

    def _venue(self, shop: Shop) -> Venue:
        """Where the windows of `shop` are: the demo shop's own, none of a bare loopback server's, or live."""
        if self.sandbox is None:
            return Venue(is_local=shop.is_demo, tier_code=shop.tier_code)
        origins = frozenset({self.sandbox.core_url, self.sandbox.pg_url})
        place = CheckoutPlace.on_this_machine(self.sandbox.sdk_url, self.sandbox.user_code, origins=origins)
        return Venue(here=place, is_local=True)

    def _on_pay_asked(self, purpose: Purpose) -> None:
        if self._till is not None:
            self._till.ask(Beginning(purpose=purpose), self._window)

    def _on_refunds_asked(self) -> None:
        if self.shop is not None:
            dialog = RefundSettingsDialog(self.shop.refund_choices, self._window)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.open()

    def _keep_layouts(self) -> None:
        if self.shop is not None:
            kept = self._container.preferences.with_layouts(self.shop.shop.id, self._window.layouts())
            self._container.remember(layouts=kept)

    async def _leave_shop(self) -> None:
        self._tasks.cancel("keep in step")
        self._tasks.cancel("keep checking")
        self._tasks.cancel("keep looking")
        if self._till is not None:
            till, self._till = self._till, None
            await till.end()
        if self.shop is not None:
            self._keep_layouts()
            await self._window.close_shop()
            shop, self.shop = self.shop, None
            await shop.close()
        if self._events is not None:
            self._events.end()
            self._events.deleteLater()
            self._events = None
        if self.sandbox is not None:
            sandbox, self.sandbox = self.sandbox, None
            await asyncio.to_thread(sandbox.stop)
