"""Every failure has words; one that is not ours blames the program and quotes nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import portdesk.api.errors
import portdesk.domain.errors
from portdesk.api.errors import ApiError, RefusedError
from portdesk.domain.errors import InputError, PortdeskError, WireError
from portdesk.domain.messages import Message
from portdesk.qt import words
from portdesk.qt.alerts import alert_of
from portdesk.qt.words import render
from screen import HeardAlerts

CANARY = "imp_secret-canary-4092020000001234"


def leaves(kind: type[PortdeskError]) -> Iterator[type[PortdeskError]]:
    for child in kind.__subclasses__():
        yield child
        yield from leaves(child)


KINDS = [kind for kind in leaves(PortdeskError) if kind.__module__.startswith("portdesk.")]


def made(kind: type[PortdeskError]) -> PortdeskError:
    if issubclass(kind, ApiError):
        return kind("GET /payments/{imp_uid}", http_status=400, code=-1, server_message=CANARY)
    return WireError("$.amount") if kind is WireError else kind(Message("It went wrong."))


def test_the_whole_tree_is_looked_at() -> None:
    assert {portdesk.api.errors.TlsError, portdesk.domain.errors.KeyringMissingError} <= set(KINDS)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_error_has_words(kind: type[PortdeskError], language: str) -> None:
    words.set_language(language)
    error = made(kind)
    alert = alert_of(error)

    assert render(alert.text).strip()
    assert alert.text is error.text
    assert alert.advice is None or render(alert.advice).strip()


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if issubclass(kind, ApiError)], ids=lambda k: k.__name__
)
def test_our_words_never_contain_theirs(kind: type[PortdeskError]) -> None:
    alert = alert_of(made(kind))

    assert CANARY not in render(alert.text)
    assert alert.advice is None or CANARY not in render(alert.advice)


def test_what_the_server_said_is_quoted_apart() -> None:
    assert alert_of(RefusedError("GET /x", server_message="한도초과")).quote == "한도초과"
    assert alert_of(InputError(Message("Give a name."))).quote is None


@pytest.mark.parametrize(
    "error",
    [
        ValueError(CANARY),
        KeyError(CANARY),
        OSError(5, CANARY, CANARY),
        UnicodeDecodeError("utf-8", b"x", 0, 1, CANARY),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_foreign_error_blames_the_program_and_quotes_nothing(error: Exception) -> None:
    alert = alert_of(error)
    told = f"{render(alert.text)} {render(alert.advice) if alert.advice else ''}"

    assert "inside Portdesk" in told
    assert type(error).__name__ in told
    assert CANARY not in told


def test_an_alert_is_raised_once(alerts: HeardAlerts) -> None:
    error = InputError(Message("Give a name."), Message("Any will do."))
    alerts.show(error)

    assert alerts.take() == [alert_of(error)]
