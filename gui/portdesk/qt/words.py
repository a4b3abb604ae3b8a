"""Texts in the language of the screen: gettext catalogues, Qt's own texts, live change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from PySide6.QtCore import QCoreApplication, QEvent, QLibraryInfo, QLocale, QObject, QTranslator

from portdesk import assets
from portdesk.domain.messages import Message
from portdesk.domain.money import Amount
from portdesk.domain.times import KST
from portdesk.qt.catalogue import Catalogue

LANGUAGES: Final[Mapping[str, str]] = {"ko": "한국어", "en": "English"}

_SYMBOLS: Final[Mapping[str, str]] = {"USD": "US$", "EUR": "€", "JPY": "¥", "CNY": "CN¥", "VND": "₫"}


class _Current:
    """
    The language of this process.

    It is process-wide because Qt's is: a QTranslator is installed on the one application.
    """

    def __init__(self) -> None:
        self.language = "en"
        self.catalogue = Catalogue()
        self.qt_texts: QTranslator | None = None


_current = _Current()


def system_language() -> str:
    """`en` where the system speaks English, else `ko`: the shops are Korean."""
    return "en" if QLocale.system().language() == QLocale.Language.English else "ko"


def language() -> str:
    """The language in use, `ko` or `en`."""
    return _current.language


def set_language(code: str) -> None:
    """Speak `code` from now on; every widget is told by Qt's own LanguageChange event."""
    _current.language = code
    _current.catalogue = Catalogue(assets.resources() / "translations" / code / "LC_MESSAGES" / "portdesk.mo")
    app = QCoreApplication.instance()
    if app is None:
        return
    if _current.qt_texts is not None:
        app.removeTranslator(_current.qt_texts)
        _current.qt_texts.deleteLater()
    _current.qt_texts = QTranslator(app)
    path = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    _current.qt_texts.load(f"qtbase_{code}", path)
    QLocale.setDefault(QLocale(QLocale.Language.Korean if code == "ko" else QLocale.Language.English))
    app.installTranslator(_current.qt_texts)
    if _current.qt_texts.isEmpty():  # Qt tells the windows only of a catalogue with texts
        QCoreApplication.sendEvent(app, QEvent(QEvent.Type.LanguageChange))
    # The windows are told by post; deliver it, so that no text stays behind.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.LanguageChange)


def later(text: str) -> str:
    """Mark a text for the translators where it is written down but shown only later, by `tr`."""
    return text


def tr(text: str, /, **args: object) -> str:
    """`text` in the language of the screen, its `{names}` filled from `args`."""
    translated = _current.catalogue.text(text)
    return translated.format_map({name: _said(value) for name, value in args.items()}) if args else translated


def trn(one: str, many: str, count: int, /, **args: object) -> str:
    """Like `tr`, choosing by `count`, which also fills `{count}` with grouped digits."""
    text = _current.catalogue.counted(one, many, count)
    return text.format_map({"count": f"{count:,}", **{name: _said(value) for name, value in args.items()}})


def render(message: Message) -> str:
    """A `Message` from a lower floor in the language of the screen."""
    return tr(message.id, **message.args)


def _said(value: object) -> str:
    match value:
        case Message():
            return render(value)
        case Amount():
            return money(value)
    return str(value)


def money(amount: Amount) -> str:
    """A sum with its currency: `38,000원`, `US$12.50`; a sum nobody could mean is marked as such."""
    if not amount.is_plain:
        return tr("amount cannot be shown ({digits})", digits=amount.digits)
    if amount.currency == "KRW":
        return tr("₩{digits}", digits=amount.digits)
    return f"{_SYMBOLS.get(amount.currency, amount.currency + ' ')}{amount.digits}"


def moment(time: datetime | None, now: datetime) -> str:
    """A time in Korea as told from `now`: `오늘 14:02`, `어제 09:11`, `11-20 14:03`, `2024-11-20`."""
    if time is None:
        return ""
    time, today = time.astimezone(KST), now.astimezone(KST).date()
    days = (today - time.date()).days
    clock = f"{time:%H:%M}"
    if days == 0:
        return tr("today {clock}", clock=clock)
    if days == 1:
        return tr("yesterday {clock}", clock=clock)
    return f"{time:%m-%d %H:%M}" if time.year == today.year else f"{time:%Y-%m-%d}"


def exact(time: datetime | None) -> str:
    """A time in Korea to the second, with its zone."""
    return "" if time is None else f"{time.astimezone(KST):%Y-%m-%d %H:%M:%S} KST"


def span(duration: timedelta) -> str:
    """A duration in its largest sensible unit, for estimates: `40 s`, `3 min`, `2 h`."""
    seconds = max(int(duration.total_seconds()), 1)
    minutes, hours = round(seconds / 60), round(seconds / 3600)
    if seconds < 60:  # noqa: PLR2004 - a minute
        return tr("{count} s", count=seconds)
    if minutes < 60:  # noqa: PLR2004 - an hour
        return tr("{count} min", count=minutes)
    if hours < 24:  # noqa: PLR2004 - a day
        return tr("{count} h", count=hours)
    return tr("{count} d", count=round(hours / 24))


class Wording(QObject):
    """
    Keeps the texts of one widget in the language of the screen.

    `say(setter, text)` sets it now and again whenever the language changes. `follow(render)` calls
    `render` at those moments, for what is made of data as well as words.
    """

    def __init__(self, owner: QObject) -> None:
        super().__init__(owner)
        self._renderers: list[Callable[[], object]] = []
        owner.installEventFilter(self)

    def say(self, setter: Callable[[str], object], text: str) -> None:
        """Give `setter` the translation of `text`, now and after each change of language."""
        self.follow(lambda: setter(tr(text)))

    def follow(self, render: Callable[[], object]) -> None:
        """Call `render` now and after each change of language."""
        self._renderers.append(render)
        render()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Render all again when Qt says that the language has changed."""
        if event.type() == QEvent.Type.LanguageChange:
            for render in self._renderers:
                render()
        return super().eventFilter(watched, event)
