"""Builds every object, once, and closes what it opened in the opposite order."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from PySide6.QtWidgets import QApplication

from portdesk.app.cli import Settings
from portdesk.app.judge import Judge
from portdesk.app.rehearsal import Rehearsal
from portdesk.app.tour import SIZE, Tour
from portdesk.domain.errors import InputError, KeyringMissingError, PortdeskError
from portdesk.domain.ids import ShopId
from portdesk.domain.messages import Message
from portdesk.domain.shops import Credentials, Shop
from portdesk.domain.times import KST
from portdesk.qt import words
from portdesk.qt.alerts import Alert, Alerts
from portdesk.qt.privacy import Privacy
from portdesk.qt.tasks import Tasks
from portdesk.sandbox.server import RunningSandbox, start_sandbox
from portdesk.sandbox.settings import SandboxSettings
from portdesk.store.folders import DataFolder
from portdesk.store.secrets import Secrets
from portdesk.store.settings import Preferences, SettingsFile
from portdesk.usecases.shops import OpenShop, Shops
from portdesk.widgets.kit.theme import Theme
from portdesk.widgets.main_window import MainWindow
from portdesk.widgets.sign_in import SignIn

logger = logging.getLogger(__name__)

_TRICKLE: Final = 25.0
"""Seconds between two things that happen in the demo shop by themselves."""


class Container:
    """The program: its window, the shop that is open and, for the demo shop, the server behind it."""

    def __init__(
        self, app: QApplication, settings: Settings, folder: Path, *, read_only: bool = False
    ) -> None:
        self._settings = settings
        self._is_offline = settings.offline or read_only
        self._read_only = read_only
        self._file = SettingsFile(DataFolder(folder).settings_file)
        self.preferences: Preferences = self._file.load()
        words.set_language(settings.lang or self.preferences.language or words.system_language())
        self.theme = Theme(app)
        self.theme.force(self.preferences.theme)
        self.alerts = Alerts()
        self.privacy = Privacy()
        self.window = MainWindow(alerts=self.alerts, privacy=self.privacy, now=_now)
        self.shops = Shops(DataFolder(folder), Secrets())
        self.shop: OpenShop | None = None
        self.sandbox: RunningSandbox | None = None
        self._served = ("", Credentials(imp_key="", imp_secret=""))
        self._sign_in: SignIn | None = None
        self._tasks = Tasks(self.window, self.alerts.show)
        self._closed = asyncio.Event()
        self._exit_code = 0
        self._connect()
        self.window.restore_place(self.preferences.window)
        self.window.show()
        logger.info("the window is shown")

    async def run(self) -> int:
        """Open what was asked for and stay until the window is closed; the answer is the exit code."""
        try:
            self._tasks.start("begin", self._rehearse if self._settings.is_staged else self._begin)
            await self._closed.wait()
        finally:
            await self._end()
        return self._exit_code

    def close(self, exit_code: int = 0) -> None:
        """End the program, in order."""
        self._exit_code = exit_code
        self._closed.set()

    def come_to_front(self) -> None:
        """Show the window, as when the program was started a second time."""
        logger.info("started again, so the window comes to the front")
        self.window.raise_to_front()

    async def open_demo(self) -> None:
        """Start our own server and open the shop on it."""
        await self._leave_shop()
        self.window.show_opening(Message("Preparing the demo shop…"))
        trickle = None if self._settings.is_staged else _TRICKLE
        self.sandbox = await asyncio.to_thread(start_sandbox, SandboxSettings(trickle_seconds=trickle))
        keys = Credentials(imp_key=self.sandbox.imp_key, imp_secret=self.sandbox.imp_secret)
        self._served = (self.sandbox.base_url, keys)
        self._show(await self.shops.open_loopback(self.sandbox.base_url, keys, name="바다꽃집"))

    async def open_shop(self, shop: Shop, credentials: Credentials | None = None) -> None:
        """Open a connected shop; asks for its keys where this computer does not keep them."""
        await self._leave_shop()
        self.window.show_opening(Message("Opening {name}…", name=shop.name))
        try:
            opened = await self.shops.open(shop, credentials)
        except KeyringMissingError:
            await self._ask_keys(shop)
            return
        self._show(opened)
        self._remember(shop=shop.id)

    async def show_welcome(self) -> None:
        """Offer the demo shop and connecting one's own."""
        await self._leave_shop()
        await self._ask_keys(None)

    def set_language(self, code: str) -> None:
        """Speak `code` from now on, and after the next start."""
        words.set_language(code)
        self._remember(language=code)

    def set_theme(self, choice: str) -> None:
        """Wear these colours from now on, and after the next start."""
        self.theme.force(choice)
        self._remember(theme=choice)

    def _connect(self) -> None:
        header = self.window.header
        self.window.closed.connect(self.close)
        header.demo_asked.connect(lambda: self._tasks.start("open", self.open_demo))
        header.connect_asked.connect(lambda: self._tasks.start("open", self.show_welcome))
        header.shop_asked.connect(lambda id_: self._tasks.start("open", self._open_by_id, id_))
        header.language_asked.connect(self.set_language)
        header.theme_asked.connect(self.set_theme)
        self.window.footer.pause_asked.connect(self._on_pause_asked)
        self.privacy.changed.connect(lambda: self._remember(privacy=self.privacy.is_on))
        header.privacy.setChecked(self.preferences.privacy)
        self._show_choices()

    async def _begin(self) -> None:
        if self._read_only:
            self.alerts.raised.emit(
                Alert(
                    Message("Portdesk is open already and does not answer, so this window only shows."),
                    Message("Close the other one to fetch and to change anything."),
                )
            )
        if self._settings.api_url is not None:
            await self._open_loopback(self._settings.api_url)
        elif self._settings.demo or self._settings.is_staged:
            await self.open_demo()
        else:
            await self._open_known()

    async def _rehearse(self) -> None:
        """Play the person whom `--self-test` and `--tour` stand for, then end, whatever happens."""
        try:
            await self._begin()
            agreed = await self._play()
        except BaseException:
            self.close(1)
            raise
        self.close(0 if agreed else 1)

    async def _play(self) -> bool:
        assert self.shop is not None  # noqa: S101 - it was opened a line above
        if self._settings.tour is not None:
            self.window.resize(*SIZE)
        self.alerts.raised.connect(lambda alert: print(f"alert   {alert.text}"))  # noqa: T201 - for who asked on the command line
        rehearsal = Rehearsal(self.window, self.shop, Judge(*self._served))
        agreed = await rehearsal.play()
        if agreed and self._settings.tour is not None:
            tour = Tour(self.window, self.theme, self._settings.tour)
            await tour.walk(rehearsal.tab)
            print(f"{len(tour.taken)} pictures are in {self._settings.tour}")  # noqa: T201 - for who asked on the command line
        return agreed

    async def _open_known(self) -> None:
        shops = self.shops.list()
        wanted = self._settings.shop
        named = [shop for shop in shops if shop.name == wanted] if wanted else []
        if wanted and not named:
            self.alerts.show(InputError(Message("There is no shop called {name}.", name=wanted)))
        last = [shop for shop in shops if shop.id == self.preferences.shop] or list(shops[:1])
        chosen = named or last
        if chosen:
            await self.open_shop(chosen[0])
        else:
            await self.show_welcome()

    async def _open_loopback(self, base_url: str) -> None:
        key, secret = (os.environ.get(f"PORTDESK_IMP_{name}", "") for name in ("KEY", "SECRET"))
        if not key or not secret:
            await self.show_welcome()
            raise InputError(Message("--api-url needs PORTDESK_IMP_KEY and PORTDESK_IMP_SECRET."))
        keys = Credentials(imp_key=key, imp_secret=secret)
        self._served = (base_url, keys)
        self._show(await self.shops.open_loopback(base_url, keys, name="loopback"))

    async def _open_by_id(self, id_: ShopId) -> None:
        for shop in self.shops.list():
            if shop.id == id_:
                await self.open_shop(shop)

    def _show(self, opened: OpenShop) -> None:
        self.shop = opened
        shop = opened.shop
        logger.info("a shop is open")
        self.window.show_shop(opened, self.preferences.layouts, offline=self._is_offline)
        self.window.header.show_shops(self.shops.list(), shop)
        if not self._is_offline:
            self._tasks.start("keep in step", opened.keep_in_step)

    async def _ask_keys(self, shop: Shop | None) -> None:
        page = self._sign_in or self._build_sign_in()
        page.form.ask_keys_of(shop)
        page.offer_demo(offered=shop is None)
        self.window.header.show_shops(self.shops.list(), None)
        self.window.show_page(page)
        page.form.allow_keeping(allowed=await self.shops.can_keep_keys())

    def _build_sign_in(self) -> SignIn:
        page = SignIn(self.window)
        page.demo_asked.connect(lambda: self._tasks.start("open", self.open_demo))
        page.connect_asked.connect(
            lambda shop, name, keys, keep: self._tasks.start(
                "connect", self._sign_in_to, shop, name, keys, keep=keep
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

    async def _leave_shop(self) -> None:
        self._tasks.cancel("keep in step")
        if self.shop is not None:
            self._remember(layouts={**self.preferences.layouts, **self.window.layouts()})
            await self.window.close_shop()
            shop, self.shop = self.shop, None
            await shop.close()
        if self.sandbox is not None:
            sandbox, self.sandbox = self.sandbox, None
            await asyncio.to_thread(sandbox.stop)

    async def _end(self) -> None:
        self._remember(window=self.window.place())
        self.window.hide()
        await self._tasks.end()
        await self._leave_shop()
        logger.info("everything is closed")

    def _show_choices(self) -> None:
        self.window.header.show_choices(language=words.language(), theme=self.preferences.theme)

    def _remember(self, **changes: Any) -> None:
        self.preferences = self.preferences.with_changes(changes)
        self._show_choices()
        if not self._settings.is_staged:
            with contextlib.suppress(PortdeskError):  # a preference is not worth an alarm
                self._file.save(self.preferences)


def _now() -> datetime:
    return datetime.now(KST)
