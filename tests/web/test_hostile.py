"""Pages that try what they should not: each trick leads nowhere, and the window still closes."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject, QPoint, QSize, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from portdesk.checkout.host import Host, Pane
from portdesk.checkout.place import CheckoutPlace
from portdesk.checkout.results import Notice, NoticeKind, Rumour
from screen import eventually
from web.pages import HTML, Site
from web.tricks import TRICKS, Stage, Trick

pytestmark = pytest.mark.anyio

CLIPBOARD = "what the operator has copied"
CASES = [(trick, stage) for trick in TRICKS for stage in trick.stages]


class Outside(QObject):
    """Whatever would be started on this computer."""

    def __init__(self) -> None:
        super().__init__()
        self.started: list[str] = []

    @Slot(QUrl)
    def start(self, url: QUrl) -> None:
        self.started.append(url.toString())


class Window:
    """A payment window and everything it said."""

    def __init__(self, place: CheckoutPlace) -> None:
        self.host = Host(place, {"merchant_uid": "m1", "amount": 1000})
        self.heard: list[Rumour] = []
        self.notices: list[Notice] = []
        self.popups: list[Pane] = []
        self.is_started = self.is_ended = False
        self.host.started.connect(lambda: setattr(self, "is_started", True))
        self.host.heard.connect(self.heard.append)
        self.host.noticed.connect(self.notices.append)
        self.host.popup_opened.connect(self._show)
        self.host.asked.connect(lambda question: question.answer(yes=False))
        self.host.ended.connect(lambda: setattr(self, "is_ended", True))

    @property
    def told(self) -> list[str]:
        """What the trick itself has come to know."""
        return [rumour.error_msg for rumour in self.heard]

    @property
    def kinds(self) -> set[NoticeKind]:
        """What the operator was told of."""
        return {notice.kind for notice in self.notices}

    def _show(self, pane: Pane) -> None:
        self.popups.append(pane)
        pane.resize(400, 300)
        pane.closed.connect(pane.deleteLater)
        pane.show()


@pytest.fixture
def outside() -> Iterator[Outside]:
    outside = Outside()
    schemes = {scheme for trick in TRICKS for scheme in trick.schemes}
    for scheme in schemes:
        QDesktopServices.setUrlHandler(scheme, outside, "start")
    yield outside
    for scheme in schemes:
        QDesktopServices.unsetUrlHandler(scheme)


@pytest.fixture
def neighbour() -> Iterator[Site]:
    with Site() as running:
        running.pages["/secret"] = "what only this machine may see"
        running.pages["/picture.png"] = (200, {"Content-Type": "image/svg+xml"}, "<svg/>")
        yield running


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
async def window(site: Site, neighbour: Site, home: Path, outside: Outside) -> AsyncIterator[Any]:
    opened: list[Window] = []

    def open_window(trick: Trick, stage: Stage) -> Window:
        lay_out(site, neighbour.origin, trick, stage)
        place = CheckoutPlace.on_this_machine(
            f"{site.origin}/iamport.js", "imp00000000", origins=frozenset({site.origin, site.other})
        )
        window = Window(place)
        opened.append(window)
        window.host.resize(800, 600)
        window.host.show()
        window.host.start()
        return window

    yield open_window
    for window in opened:
        window.host.leave()
        await eventually(lambda window=window: window.is_ended, 10)
        window.host.deleteLater()


def lay_out(site: Site, neighbour: str, trick: Trick, stage: Stage) -> None:
    """Serve an SDK that plays the trick itself, or opens a page of another origin that does."""
    values = f'const here = "{site.other}", neighbour = "{neighbour}";'
    play = f"(async () => {{ {trick.script} }})().catch((error) => told('threw ' + error));"
    played = (
        f"{values} addEventListener('click', () => {{ {play} }});" if trick.is_clicked else f"{values} {play}"
    )
    inside = f"""
        const told = (text) => (window.opener || window.parent).postMessage(String(text), "*");
        {played if stage is not Stage.PAGE else ""}
    """
    site.pages["/trick"] = f'<body><script src="{site.other}/trick.js"></script></body>'
    site.pages["/trick.js"] = (200, {"Content-Type": "text/javascript; charset=utf-8"}, inside)
    site.pages["/setup.exe"] = (
        200,
        {"Content-Type": "application/octet-stream", "Content-Disposition": "attachment; filename=setup.exe"},
        "MZ",
    )
    site.pages["/sign-in"] = (401, {**HTML, "WWW-Authenticate": 'Basic realm="Portdesk"'}, "who?")
    opening = {
        Stage.PAGE: played,
        Stage.FRAME: f"""
            const frame = document.createElement("iframe");
            frame.style = "width: 600px; height: 400px";
            frame.allow = "fullscreen *; clipboard-read *; clipboard-write *; display-capture *";
            frame.src = "{site.other}/trick";
            document.body.append(frame);
        """,
        Stage.POPUP: f'window.open("{site.other}/trick", "pg", "width=400,height=300");',
    }[stage]
    site.sdk(f"""
        window.IMP = {{
          init() {{}},
          request_pay({{merchant_uid}}, callback) {{
            const told = (text) => callback({{merchant_uid, error_msg: String(text)}});
            addEventListener("message", (event) => told(event.data));
            {opening}
          }},
        }};
    """)


@pytest.mark.qt_log_ignore("capturing is not available")  # there is no screen to be captured
@pytest.mark.parametrize(
    ("trick", "stage"), CASES, ids=[f"{trick.name}, {stage.value}" for trick, stage in CASES]
)
async def test_it_leads_nowhere(  # noqa: PLR0917 - pytest hands over by name
    window: Any, neighbour: Site, outside: Outside, home: Path, trick: Trick, stage: Stage
) -> None:
    QGuiApplication.clipboard().setText(CLIPBOARD)
    before = set(QApplication.topLevelWidgets())

    opened = window(trick, stage)

    if trick.is_clicked:
        await click_until(opened, stage, lambda: opened.told or trick.notice in opened.kinds)
    if trick.answers:
        await eventually(lambda: opened.told, 5)
        assert opened.told[0] in trick.answers
    if trick.notice is not None and stage not in trick.untold:
        await eventually(lambda: trick.notice in opened.kinds, 5)
    assert all(rumour.imp_uid is None for rumour in opened.heard)
    assert neighbour.visits == []
    assert outside.started == []
    assert [file for file in home.rglob("*") if file.is_file()] == []
    assert QGuiApplication.clipboard().text() == CLIPBOARD
    assert len(opened.popups) <= 8
    assert all(is_on_screen(pane) for pane in opened.popups)
    assert {w for w in set(QApplication.topLevelWidgets()) - before if w.isVisible()} <= {
        opened.host,
        *opened.popups,
    }


def is_on_screen(pane: QWidget) -> bool:
    most = QApplication.primaryScreen().availableSize()
    return QSize(pane.size()).boundedTo(most) == pane.size()


async def click_until(opened: Window, stage: Stage, condition: Callable[[], object]) -> None:
    """Click into the page until it has painted and takes the click."""
    await eventually(lambda: opened.popups if stage is Stage.POPUP else opened.is_started, 5)
    pane = opened.popups[0] if stage is Stage.POPUP else opened.host
    for _ in range(10):
        with contextlib.suppress(TimeoutError):
            await eventually(condition, 0.5)
            return
        QTest.mouseClick(pane.view.focusProxy(), Qt.MouseButton.LeftButton, pos=QPoint(120, 90))
    await eventually(condition)
