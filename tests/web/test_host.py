"""The host against pages of our own: what comes out of a window, and that nothing else does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWebEngineCore import QWebEnginePage

from portdesk.checkout.host import Host, Question
from portdesk.checkout.pane import Pane
from portdesk.checkout.place import CheckoutPlace
from portdesk.checkout.results import Ending, Notice, NoticeKind, Rumour
from screen import eventually
from web.gestures import asked, click, frames_of
from web.pages import HTML, Site

pytestmark = pytest.mark.anyio


class Watched:
    """A window and everything it has told."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.heard: list[Rumour] = []
        self.notices: list[Notice] = []
        self.endings: list[Ending] = []
        self.popups: list[Pane] = []
        self.is_started = self.is_ended = False
        host.heard.connect(self.heard.append)
        host.noticed.connect(self.notices.append)
        host.ending.connect(self.endings.append)
        host.popup_opened.connect(self._on_popup)
        host.started.connect(lambda: setattr(self, "is_started", True))
        host.ended.connect(lambda: setattr(self, "is_ended", True))

    @property
    def kinds(self) -> list[NoticeKind]:
        return [notice.kind for notice in self.notices]

    def _on_popup(self, pane: Pane) -> None:
        self.popups.append(pane)
        pane.resize(500, 400)
        pane.show()
        pane.closed.connect(pane.deleteLater)


Opener = Callable[..., Watched]


@pytest.fixture
async def open_host(site: Site) -> AsyncIterator[Opener]:
    opened: list[Watched] = []

    def open_host(sdk: str, parameters: dict[str, Any] | None = None) -> Watched:
        place = CheckoutPlace.on_this_machine(
            site.sdk(sdk), "imp00000000", origins=frozenset({site.origin, site.other})
        )
        host = Host(place, parameters or {"merchant_uid": "m1", "amount": 1000})
        watched = Watched(host)
        opened.append(watched)
        host.resize(800, 600)
        host.show()
        host.start()
        return watched

    yield open_host
    for watched in opened:
        watched.host.leave()
        await eventually(lambda watched=watched: watched.is_ended)
        watched.host.deleteLater()


def sdk(pay: str) -> str:
    """An SDK whose `request_pay(p, done)` does just this."""
    return f"window.IMP = {{ init(code) {{ window.code = code; }}, request_pay(p, done) {{ {pay} }} }};"


def framed(url: str) -> str:
    return sdk(
        "const f = document.createElement('iframe'); f.style = 'width:600px;height:400px';"
        f" f.src = '{url}?back=' + encodeURIComponent(p.m_redirect_url); document.body.append(f);"
    )


BACK = "<script>const back = new URL(location).searchParams.get('back');</script>"


class TestComingBack:
    async def test_a_callback_is_heard(self, open_host: Opener) -> None:
        window = open_host(sdk("done({success: true, imp_uid: 'imp_1', merchant_uid: p.merchant_uid});"))

        await eventually(lambda: window.heard)
        assert window.heard == [Rumour(is_redirect=False, imp_uid="imp_1", merchant_uid="m1", success=True)]
        assert window.endings == []

    async def test_one_callback_twice_is_one(self, open_host: Opener) -> None:
        answer = "done({imp_uid: 'imp_1', merchant_uid: 'm1'});"
        window = open_host(
            sdk(f"{answer} setTimeout(() => {{ {answer} setTimeout(() => done({{}}), 50) }}, 50);")
        )

        await eventually(lambda: len(window.heard) == 2)
        assert [rumour.imp_uid for rumour in window.heard] == ["imp_1", None]

    async def test_a_redirect_of_the_whole_page_is_heard(self, open_host: Opener, site: Site) -> None:
        site.pages["/pg"] = (
            BACK + "<a id=pay onclick=\"location = back + '?imp_uid=imp_9&merchant_uid=m1'\">pay</a>"
        )
        window = open_host(sdk(f"location = '{site.other}/pg?back=' + encodeURIComponent(p.m_redirect_url);"))

        await click(window.host, "#pay")
        await eventually(lambda: window.heard)
        assert window.heard == [Rumour(is_redirect=True, imp_uid="imp_9", merchant_uid="m1")]

    async def test_a_form_that_is_redirected_is_heard(self, open_host: Opener, site: Site) -> None:
        def answer(path: str) -> tuple[int, dict[str, str], str]:
            return 302, {**HTML, "Location": sentinel[0] + "?imp_uid=imp_9&success=true"}, ""

        site.pages["/done"] = answer
        site.pages["/pg"] = (
            f"<form method=post action='{site.origin}/done'><button id=pay>pay</button></form>"
        )
        window = open_host(sdk(f"location = '{site.other}/pg';"))
        sentinel = [window.host._sentinel.url]

        await click(window.host, "#pay")
        await eventually(lambda: window.heard)
        assert window.heard == [Rumour(is_redirect=True, imp_uid="imp_9", success=True)]

    async def test_a_frame_can_forge_it_and_it_stays_a_rumour(self, open_host: Opener, site: Site) -> None:
        site.pages["/pg"] = BACK + "<script>top.location = back + '?imp_uid=imp_666&success=true'</script>"
        window = open_host(framed(f"{site.other}/pg"))

        await eventually(lambda: window.heard)
        assert window.endings == []
        assert window.host.address.is_own

    async def test_rumours_without_end_are_not_all_told(self, open_host: Opener) -> None:
        window = open_host(sdk("let n = 0; setInterval(() => done({merchant_uid: 'm' + n++}), 5);"))

        await eventually(lambda: len(window.heard) == 20)
        await asked(window.host.page.mainFrame(), "new Promise(() => 0), 1")
        assert len(window.heard) == 20

    async def test_an_sdk_that_throws_is_heard(self, open_host: Opener) -> None:
        window = open_host(sdk("throw new Error('pas prêt');"))

        await eventually(lambda: window.heard)
        assert (window.heard[0].error_code, window.heard[0].error_msg) == ("PORTDESK_START", "pas prêt")


class TestEnding:
    async def test_without_an_sdk_the_server_was_asked_nothing(self, open_host: Opener, site: Site) -> None:
        window = open_host("nonsense(")

        await eventually(lambda: window.endings)
        assert window.endings == [Ending.UNREACHABLE]

    async def test_closing_cancels_nothing_and_says_so_once(self, open_host: Opener) -> None:
        window = open_host(sdk(""))
        await eventually(lambda: window.is_started)
        window.host.leave()
        window.host.leave()

        await eventually(lambda: window.is_ended)
        assert window.endings == [Ending.CLOSED]

    async def test_a_reload_never_pays_again(self, open_host: Opener, site: Site) -> None:
        site.pages["/count"] = "x"
        window = open_host(
            sdk(f"fetch('{site.origin}/count', {{mode: 'no-cors'}}).then(() => location.reload());")
        )

        await eventually(lambda: window.endings)
        assert window.endings == [Ending.LEFT]
        assert site.visits.count("GET /count") == 1

    async def test_going_back_never_pays_again(self, open_host: Opener, site: Site) -> None:
        site.pages["/pg"] = "<a id=back onclick='history.back()'>back</a>"
        window = open_host(
            sdk(
                "const go = document.createElement('a'); go.id = 'go'; go.textContent = 'go';"
                f"go.onclick = () => {{ location = '{site.other}/pg'; }}; document.body.append(go);"
            )
        )
        await click(window.host, "#go")
        await click(window.host, "#back")

        await eventually(lambda: window.endings)
        assert window.endings == [Ending.LEFT]
        assert site.visits.count("GET /pg") == 1

    async def test_a_crash_is_an_ending(self, open_host: Opener) -> None:
        window = open_host(sdk(""))
        await eventually(lambda: window.is_started)
        window.host.page.setUrl("chrome://crash")

        await eventually(lambda: window.endings)
        assert window.endings == [Ending.CRASHED]


POPUP = "const w = window.open('about:blank', 'PAYCO', 'width=520,height=440'); w.location = '%s';"
WATCH = (
    "const t = setInterval(() => { if (w.closed) { clearInterval(t); done({error_code: 'closed'}); } }, 50);"
)


class TestPopups:
    async def test_it_has_the_size_it_asked_for_and_can_call_home(
        self, open_host: Opener, site: Site
    ) -> None:
        site.pages["/pg"] = "<a id=pay onclick=\"opener.postMessage('paid', '*')\">pay</a>"
        window = open_host(
            sdk(POPUP % f"{site.other}/pg" + " addEventListener('message', (m) => done({imp_uid: 'imp_2'}));")
        )
        sizes: list[QSize] = []
        window.host.popup_opened.connect(lambda pane: pane.size_asked.connect(sizes.append))
        await eventually(lambda: window.popups)
        await click(window.popups[0], "#pay")

        await eventually(lambda: window.heard)
        assert window.heard[0].imp_uid == "imp_2"
        assert sizes == [QSize(520, 440)]

    async def test_closing_it_tells_the_sdk(self, open_host: Opener, site: Site) -> None:
        site.pages["/pg"] = "<p id=there>pg<script>onbeforeunload = () => 'stay'</script>"
        window = open_host(sdk(POPUP % f"{site.other}/pg" + WATCH))
        await eventually(lambda: window.popups)
        await click(window.popups[0], "#there")
        window.popups[0].close_page()

        await eventually(lambda: window.heard)
        assert window.heard[0].error_code == "closed"

    async def test_one_that_closes_itself_is_gone(self, open_host: Opener, site: Site) -> None:
        site.pages["/pg"] = "<a id=pay onclick='window.close()'>pay</a>"
        window = open_host(sdk(POPUP % f"{site.other}/pg" + WATCH))
        await eventually(lambda: window.popups)
        await click(window.popups[0], "#pay")

        await eventually(lambda: window.heard)

    async def test_a_frame_opens_another_and_comes_back_through_it(
        self, open_host: Opener, site: Site
    ) -> None:
        site.pages["/pg"] = (
            BACK + f"<a id=isp onclick=\"window.open('{site.origin}/isp?back=' + back)\">isp</a>"
        )
        site.pages["/isp"] = BACK + "<a id=pay onclick=\"location = back + '?imp_uid=imp_3'\">pay</a>"
        window = open_host(framed(f"{site.other}/pg"))
        await click(window.host, "#isp")
        await eventually(lambda: window.popups)
        await click(window.popups[0], "#pay")

        await eventually(lambda: window.heard)
        assert window.heard[0].imp_uid == "imp_3"

    async def test_there_is_an_end_to_them(self, open_host: Opener, site: Site) -> None:
        window = open_host(sdk("for (let n = 0; n < 30; n++) window.open('about:blank');"))

        await eventually(lambda: window.notices)
        assert window.kinds == [NoticeKind.POPUPS]
        assert len(window.popups) == 8


REFUSED = (
    "document.documentElement.requestFullscreen()",
    "navigator.mediaDevices.getUserMedia({video: true})",
    "fetch('file:///etc/passwd')",
    "fetch('https://127.0.0.1:50999/')",
    "navigator.clipboard.read()",
    "navigator.bluetooth.requestDevice({acceptAllDevices: true})",
    "navigator.usb.requestDevice({filters: []})",
    "navigator.serial.requestPort()",
    "navigator.hid.requestDevice({filters: []}).then((all) => all[0].open())",
    "window.showOpenFilePicker()",
    "window.showDirectoryPicker()",
    "navigator.credentials.get({password: true, mediation: 'required'})",
    "navigator.requestMIDIAccess({sysex: true})",
    "navigator.serviceWorker.register('data:text/javascript,')",
)
"""What a page may ask for, answered with a refusal it can see; some of it is not even there."""


class TestWhatPagesTry:
    @pytest.mark.parametrize(
        ("trick", "kind"),
        [
            ("alert('결제 모듈이 없습니다')", NoticeKind.SAID),
            ("prompt('card number?')", NoticeKind.SAID),
            ("location = 'ispmobile://TID=1'", NoticeKind.APP),
            ("location = 'intent://pay#Intent;end'", NoticeKind.APP),
            ("location = 'kakaotalk://kakaopay/pg?url=1'", NoticeKind.APP),
            ("document.querySelector('#file').click()", NoticeKind.FILES),
            ("navigator.geolocation.getCurrentPosition(() => 0)", NoticeKind.PERMISSION),
            ("Notification.requestPermission()", NoticeKind.PERMISSION),
            ("navigator.clipboard.readText()", NoticeKind.PERMISSION),
            ("navigator.registerProtocolHandler('web+pay', location.origin + '/?%s')", NoticeKind.PERMISSION),
            ("location = '/plugin.exe'", NoticeKind.DOWNLOAD),
            ("fetch('http://127.0.0.1:50999/secret')", NoticeKind.THIS_MACHINE),
            ("new WebSocket('wss://localhost:50999/agent')", NoticeKind.THIS_MACHINE),
            ("location = 'http://localhost:50999/'", NoticeKind.THIS_MACHINE),
            ("new Image().src = 'http://192.0.2.1/x.png'", NoticeKind.PLAIN_HTTP),
            ("window.open('http://192.0.2.1/')", NoticeKind.PLAIN_HTTP),
        ],
    )
    async def test_it_is_stopped_and_told(
        self, open_host: Opener, site: Site, trick: str, kind: NoticeKind
    ) -> None:
        site.pages["/plugin.exe"] = (
            200, {"Content-Type": "application/octet-stream", "Content-Disposition": "attachment"}, "MZ",
        )  # fmt: skip
        site.pages["/pg"] = f'<input type=file id=file hidden><a id=try onclick="{trick}">try</a>'
        window = open_host(sdk(f"location = '{site.other}/pg';"))
        await click(window.host, "#try")

        await eventually(lambda: window.notices)
        assert window.kinds == [kind]
        assert window.notices[0].host in ("127.0.0.1", "")

    @pytest.mark.parametrize("trick", REFUSED)
    async def test_it_is_refused_on_the_spot(self, open_host: Opener, site: Site, trick: str) -> None:
        site.pages["/pg"] = (
            "<a id=try>try</a><script>document.querySelector('#try').onclick = () => {"
            f"Promise.resolve().then(() => {trick}).then(() => {{ window.outcome = 'let through'; }},"
            " () => { window.outcome = 'refused'; }) };</script>"
        )
        window = open_host(sdk(f"location = '{site.other}/pg';"))
        await click(window.host, "#try")

        frame, outcome = window.host.page.mainFrame(), None
        async with asyncio.timeout(8):
            while not outcome:
                outcome = await asked(frame, "window.outcome")
        assert outcome == "refused"

    async def test_a_question_waits_for_the_person(self, open_host: Opener, site: Site) -> None:
        window = open_host(sdk("done({status: String(confirm('취소할까요?'))});"))
        questions: list[Question] = []

        def on_asked(question: Question) -> None:
            questions.append(question)
            question.answer(yes=True)

        window.host.asked.connect(on_asked)
        await eventually(lambda: window.heard)
        assert questions[0].notice.words == "취소할까요?"

    async def test_a_window_can_be_closed_while_a_page_asks(self, open_host: Opener) -> None:
        window = open_host(sdk("confirm('?');"))
        window.host.asked.connect(lambda _: None)
        await eventually(lambda: window.host._question)
        window.host.leave()

        await eventually(lambda: window.is_ended)

    async def test_nothing_of_ours_is_there_to_be_called(self, open_host: Opener, site: Site) -> None:
        site.pages["/pg"] = "<p id=there>pg"
        window = open_host(sdk(f"location = '{site.other}/pg';"))
        await click(window.host, "#there")
        frame = window.host.page.mainFrame()

        names = await asked(frame, "typeof qt + typeof QWebChannel + typeof portdesk + typeof IMP")
        assert names == "undefined" * 4

    async def test_its_frames_and_hosts_are_told(self, open_host: Opener, site: Site) -> None:
        site.pages["/pg"] = "<p>pg"
        window = open_host(framed(f"{site.other}/pg"))

        await eventually(lambda: window.host.address.frames)
        assert window.host.address.frames == ("127.0.0.1",)
        assert len(frames_of(window.host.page.mainFrame())) == 2

    async def test_nothing_is_kept_for_the_next_attempt(self, open_host: Opener, site: Site) -> None:
        keep = "done({imp_uid: null, status: localStorage.n || 'none'}); localStorage.n = 'kept';"
        first = open_host(sdk(keep))
        await eventually(lambda: first.heard)
        second = open_host(sdk("done({error_msg: localStorage.n || 'none'});"))

        await eventually(lambda: second.heard)
        assert second.heard[0].error_msg == "none"

    async def test_it_looks_like_a_desktop_browser(self, open_host: Opener) -> None:
        window = open_host(sdk("done({error_msg: navigator.userAgent});"))

        await eventually(lambda: window.heard)
        assert "QtWebEngine" not in window.heard[0].error_msg
        assert "Mobile" not in window.heard[0].error_msg

    def test_no_profile_is_on_disk(self, open_host: Opener) -> None:
        window = open_host(sdk(""))

        assert window.host.page.profile().isOffTheRecord()
        assert isinstance(window.host.page, QWebEnginePage)
