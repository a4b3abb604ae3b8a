"""What a hostile page tries in a payment window, each trick as the script that tries it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from portdesk.checkout.results import NoticeKind


class Stage(Enum):
    """Where a trick is played: by the SDK itself, in a provider's frame, in a popup."""

    PAGE = "page"
    FRAME = "frame"
    POPUP = "popup"


EVERYWHERE = (Stage.PAGE, Stage.FRAME, Stage.POPUP)
INSIDE = (Stage.FRAME, Stage.POPUP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trick:
    """
    `script` runs in an async function with `told(text)`, `neighbour` (a server that is no part of the
    payment) and `here` (the server of the pages), at once or on a click. What it tells must be one of
    `answers`; with none it need not tell anything. `notice` is what the operator is told, but for
    the stages in `untold`: there the engine or our own page's policy stops it without a word.
    """

    name: str
    script: str
    answers: tuple[str, ...] = ("held",)
    notice: NoticeKind | None = None
    stages: tuple[Stage, ...] = EVERYWHERE
    schemes: tuple[str, ...] = ()
    is_clicked: bool = False
    untold: tuple[Stage, ...] = ()


def _read(address: str) -> str:
    return f"""
        const answer = await fetch({address}).then(() => "read", () => "held");
        told(answer);
    """


def _goto(address: str) -> str:
    return f"window.location.href = {address}; setTimeout(() => told('held'), 300);"


def _frame(address: str) -> str:
    return f"""
        const frame = document.createElement("iframe");
        document.body.append(frame);
        frame.src = {address};
        setTimeout(() => {{
          let inside = "held";
          try {{ if (frame.contentDocument.body.innerText) inside = "read"; }} catch (e) {{}}
          told(inside);
        }}, 300);
    """


def _asks(call: str) -> str:
    return f"""
        const timer = setTimeout(() => told("held"), 1500);
        let answer;
        try {{
          const given = await {call};
          answer = "given: " + given;
        }} catch (error) {{ answer = "held"; }}
        clearTimeout(timer);
        told(answer);
    """


DIALOGS = (
    Trick(
        name="a program to install, behind a flood of words",
        script="for (let i = 0; i < 500; i++) alert('wait ' + i); location.href = here + '/setup.exe';",
        answers=(),
        notice=NoticeKind.DOWNLOAD,
        stages=INSIDE,
    ),
    Trick(
        name="alerts without end",
        script="for (let i = 0; i < 500; i++) alert('Portdesk: 업데이트가 필요합니다 ' + i); told('held');",
        notice=NoticeKind.SAID,
    ),
    Trick(
        name="confirms without end",
        script="let yes = 0; for (let i = 0; i < 100; i++) if (confirm('again ' + i)) yes++;"
        "told(yes ? 'yes' : 'held');",
        notice=NoticeKind.SAID,
    ),
    Trick(
        name="a prompt for the secret",
        script="told(prompt('Portdesk: API secret?', 'x') === null ? 'held' : 'typed');",
        notice=NoticeKind.SAID,
    ),
    Trick(
        name="a question on leaving",
        script="""
            addEventListener("beforeunload", (event) => {
              event.preventDefault();
              event.returnValue = "stay";
            });
            told("held");
        """,
    ),
    Trick(name="printing", script="print(); told('held');"),
)

SCREEN = (
    Trick(
        name="the whole screen",
        script="""
            try { await document.documentElement.requestFullscreen(); } catch (error) {}
            told(document.fullscreenElement ? "full" : "held");
        """,
    ),
    Trick(name="the pointer", script=_asks("document.body.requestPointerLock({}).then(() => 'locked')")),
    Trick(
        name="a window larger than every screen",
        script="window.open('about:blank', 'huge', 'width=90000,height=90000,left=-9000'); told('held');",
    ),
    Trick(
        name="a hundred windows",
        script="for (let i = 0; i < 100; i++) window.open('about:blank', 'w' + i, 'width=400,height=300');"
        "told('held');",
        notice=NoticeKind.POPUPS,
    ),
    Trick(
        name="a window that will not keep still",
        script="""
            for (let i = 0; i < 200; i++) {
              window.moveTo(i, i);
              window.resizeTo(300 + i, 300 + i);
              window.focus();
            }
            told("held");
        """,
    ),
    Trick(
        name="a title like ours",
        script="document.title = '바다꽃집 - Portdesk: 결제완료 38,000원'; told('held');",
    ),
)

HISTORY = (
    Trick(
        name="a trap in the history",
        script="for (let i = 0; i < 150; i++) history.pushState({}, '', '#' + i);"
        "addEventListener('popstate', () => history.forward()); told('held');",
        stages=INSIDE,
    ),
    Trick(
        name="an address that goes nowhere, again and again",
        script="for (let i = 0; i < 50; i++) location.hash = i; told('held');",
        stages=INSIDE,
    ),
)

BRIDGES = (
    Trick(
        name="looking for a bridge",
        script="""
            const found = ["qt", "QWebChannel", "webkit", "external.invoke", "chrome.webview", "pywebview",
              "portdesk", "Portdesk", "bridge", "backend", "require", "process"].filter((name) => {
                let at = window;
                for (const part of name.split(".")) at = at && at[part];
                return at !== undefined && at !== null;
              });
            told(found.length ? "found " + found : "held");
        """,
    ),
    Trick(
        name="what our own page knows",
        script="""
            const known = document.documentElement.outerHTML + JSON.stringify(Object.keys(window)) +
              document.cookie + JSON.stringify(localStorage) + name;
            told(/secret|token|imp_key|Bearer/i.test(known) ? "knows" : "held");
        """,
        stages=(Stage.PAGE,),
    ),
    Trick(
        name="our page through the opener",
        script="""
            let text = "held";
            try { if (window.opener && window.opener.document.body) text = "read"; } catch (error) {}
            try { if (parent !== window && parent.document.body) text = "read"; } catch (error) {}
            told(text);
        """,
        stages=INSIDE,
    ),
    Trick(
        name="our page's own scripts",
        script="""
            const script = document.createElement("div");
            script.innerHTML = "<img src=x onerror=\\"window.ran = 1\\">";
            document.body.append(script);
            setTimeout(() => told(window.ran ? "ran" : "held"), 300);
        """,
        stages=(Stage.PAGE,),
    ),
    Trick(
        name="another base for our page",
        script="""
            const base = document.createElement("base");
            base.href = neighbour + "/";
            document.head.append(base);
            told(document.baseURI.startsWith(neighbour) ? "moved" : "held");
        """,
        stages=(Stage.PAGE,),
    ),
)

FILES = (
    Trick(name="a file by fetch", script=_read("'file:///etc/hostname'")),
    Trick(name="a file in a frame", script=_frame("'file:///etc/hostname'")),
    Trick(name="a file in place of the page", script=_goto("'file:///etc/hostname'")),
    Trick(
        name="a file in a popup",
        script="window.open('file:///etc/hostname', 'file', 'width=400,height=300'); told('held');",
    ),
    Trick(name="the browser's own pages", script=_goto("'chrome://gpu'")),
    Trick(name="the source of a page", script=_goto("'view-source:' + here + '/'")),
    Trick(name="a crash by address", script=_goto("'chrome://crash'")),
    Trick(
        name="a file of the operator's choice",
        script="""
            const input = document.createElement("input");
            input.type = "file";
            document.body.append(input);
            input.click();
            setTimeout(() => told(input.files.length ? "given" : "held"), 300);
        """,
    ),
    Trick(name="a folder", script=_asks("window.showDirectoryPicker()")),
    Trick(name="saving where it likes", script=_asks("window.showSaveFilePicker()")),
)

NEIGHBOURS = (
    Trick(
        name="a program on this machine",
        script=_read("neighbour + '/secret', {mode: 'no-cors'}"),
        notice=NoticeKind.THIS_MACHINE,
        untold=(Stage.PAGE,),
    ),
    Trick(
        name="by its name",
        script=_read("neighbour.replace('127.0.0.1', 'localhost') + '/secret', {mode: 'no-cors'}"),
        notice=NoticeKind.THIS_MACHINE,
        untold=(Stage.PAGE,),
    ),
    Trick(
        name="by another spelling",
        script="""
            const port = new URL(neighbour).port;
            const names = ["2130706433", "0x7f.1", "127.1", "0", "[::1]", "[::ffff:7f00:1]", "a.localhost"];
            for (const host of names) {
              await fetch(`http://${host}:${port}/secret`, {mode: "no-cors"}).catch(() => 0);
            }
            told("held");
        """,
        notice=NoticeKind.THIS_MACHINE,
        untold=(Stage.PAGE,),
    ),
    Trick(
        name="by a picture",
        script="""
            const image = new Image();
            image.onload = () => told("read");
            image.onerror = () => told("held");
            image.src = neighbour + "/picture.png";
        """,
        notice=NoticeKind.THIS_MACHINE,
        untold=(Stage.PAGE,),
    ),
    Trick(
        name="by a socket",
        script="""
            await new Promise((done) => {
              const socket = new WebSocket(neighbour.replace("http", "ws") + "/socket");
              socket.onopen = () => { told("open"); done(); };
              socket.onerror = () => { told("held"); done(); };
            });
        """,
    ),
    Trick(
        name="by a form",
        script="""
            const form = document.createElement("form");
            form.method = "post";
            form.action = neighbour + "/pay";
            form.target = "into";
            const frame = document.createElement("iframe");
            frame.name = "into";
            document.body.append(frame, form);
            form.submit();
            setTimeout(() => told("held"), 400);
        """,
    ),
    Trick(
        name="by a beacon",
        script="navigator.sendBeacon(neighbour + '/beacon', 'x'); setTimeout(() => told('held'), 300);",
    ),
    Trick(
        name="in place of the page",
        script=_goto("neighbour + '/secret'"),
        notice=NoticeKind.THIS_MACHINE,
        stages=(Stage.PAGE, Stage.POPUP),
    ),
    Trick(
        name="something without encryption",
        script=_read("'http://shop.invalid/x', {mode: 'no-cors'}"),
        notice=NoticeKind.PLAIN_HTTP,
        stages=(Stage.POPUP,),
    ),
)

DOWNLOADS = (
    Trick(
        name="a program to install",
        script=_goto("here + '/setup.exe'"),
        answers=(),
        notice=NoticeKind.DOWNLOAD,
    ),
    Trick(
        name="a program made on the spot",
        script="""
            const link = document.createElement("a");
            link.href = URL.createObjectURL(new Blob(["MZ"]));
            link.download = "보안프로그램.exe";
            document.body.append(link);
            link.click();
            setTimeout(() => told("held"), 300);
        """,
        notice=NoticeKind.DOWNLOAD,
    ),
)

APPS = (
    Trick(
        name="an app by its scheme",
        script=_goto("'ispmobile://TID=1234&x=y'"),
        notice=NoticeKind.APP,
        schemes=("ispmobile",),
        is_clicked=True,
        untold=(Stage.FRAME,),
    ),
    Trick(
        name="an app by an intent",
        script=_goto("'intent://pay?x=1#Intent;scheme=kakaotalk;package=com.kakao.talk;end'"),
        notice=NoticeKind.APP,
        schemes=("intent",),
        is_clicked=True,
        untold=(Stage.FRAME,),
    ),
    Trick(
        name="an app in a frame",
        script=_frame("'kakaotalk://pay'"),
        notice=NoticeKind.APP,
        schemes=("kakaotalk",),
        is_clicked=True,
        untold=(Stage.PAGE,),
    ),
    Trick(
        name="a mail",
        script=_goto("'mailto:a@b.kr'"),
        notice=NoticeKind.APP,
        schemes=("mailto",),
        is_clicked=True,
        untold=(Stage.FRAME,),
    ),
    Trick(
        name="a call",
        script=_goto("'tel:010'"),
        notice=NoticeKind.APP,
        schemes=("tel",),
        is_clicked=True,
        untold=(Stage.FRAME,),
    ),
    Trick(
        name="a handler of its own",
        script="""
            try { navigator.registerProtocolHandler("web+pay", location.origin + "/%s"); } catch (error) {}
            told("held");
        """,
        stages=(Stage.POPUP,),
        notice=NoticeKind.PERMISSION,
    ),
)

PERMISSIONS = (
    Trick(
        name="where the shop is",
        script=_asks("new Promise((yes, no) => navigator.geolocation.getCurrentPosition(yes, no))"),
        stages=(Stage.POPUP,),
        notice=NoticeKind.PERMISSION,
    ),
    Trick(
        name="messages on the desktop",
        script="told(await Notification.requestPermission() === 'granted' ? 'granted' : 'held');",
        stages=(Stage.POPUP,),
        notice=NoticeKind.PERMISSION,
    ),
    Trick(
        name="the camera",
        script=_asks("navigator.mediaDevices.getUserMedia({video: true, audio: true})"),
        stages=(Stage.POPUP,),
    ),
    Trick(name="the screen", script=_asks("navigator.mediaDevices.getDisplayMedia({video: true})")),
    Trick(name="what was copied", script=_asks("navigator.clipboard.readText()")),
    Trick(
        name="something else to paste",
        script="""
            document.addEventListener("copy", (event) => {
              event.clipboardData.setData("text/plain", "rm -rf ~");
              event.preventDefault();
            });
            let answer = document.execCommand("copy") ? "copied" : "held";
            try { await navigator.clipboard.writeText("rm -rf ~"); answer = "copied"; } catch (error) {}
            told(answer);
        """,
    ),
    Trick(name="a device", script=_asks("navigator.usb.requestDevice({filters: []})")),
    Trick(name="a serial port", script=_asks("navigator.serial.requestPort()")),
    Trick(
        name="a passkey",
        script=_asks("navigator.credentials.get({publicKey: {challenge: new Uint8Array(16)}})"),
    ),
    Trick(
        name="a name and password in a dialog",
        script="await fetch(here + '/sign-in').catch(() => 0); told('held');",
        stages=(Stage.FRAME, Stage.POPUP),
    ),
)

LIES = (
    Trick(
        name="a page made of nothing",
        script=_goto("'data:text/html,<h1>결제완료</h1>'"),
        stages=(Stage.PAGE, Stage.POPUP),
    ),
    Trick(
        name="a script as an address",
        script="window.open('javascript:document.write(1)', 'js', 'width=300,height=300'); told('held');",
    ),
    Trick(
        name="somebody else's sentinel",
        script="top.location.href = 'https://return.portdesk.invalid/guessed?imp_uid=imp_1&imp_success=true';"
        "setTimeout(() => told('held'), 300);",
        answers=(),
        stages=(Stage.FRAME,),
    ),
)

TRICKS = (
    *DIALOGS,
    *SCREEN,
    *HISTORY,
    *BRIDGES,
    *FILES,
    *NEIGHBOURS,
    *DOWNLOADS,
    *APPS,
    *PERMISSIONS,
    *LIES,
)
