"""The command line is checked before anything starts; nothing outside this machine takes the API's place."""

from __future__ import annotations

from pathlib import Path

import pytest

from portdesk import __version__
from portdesk.app.cli import Settings, _parser, is_loopback, read

LOOPBACK = [
    "http://127.0.0.1:8080",
    "http://127.0.0.1",
    "http://127.5.6.7:1/base",
    "http://localhost:8080",
    "http://LOCALHOST:8080",
    "http://[::1]:8080",
]
ELSEWHERE = [
    "https://api.iamport.kr",
    "http://api.iamport.kr",
    "http://10.0.0.1:8080",
    "http://0.0.0.0:8080",
    "http://192.168.0.7",
    "http://127.0.0.1.evil.example",
    "http://localhost.evil.example",
    "http://127.0.0.1@evil.example",
    "http://user:word@127.0.0.1",
    "http://evil.example#@127.0.0.1",
    "http://evil.example/?127.0.0.1",
    "http://evil.example\\@127.0.0.1",
    "http://127.0.0.1:99999",
    "http://127.0.0.1:port",
    "http://[::1",
    "http://[fe80::1]",
    "http://",
    "//127.0.0.1",
    "127.0.0.1:8080",
    "ftp://127.0.0.1",
    "file:///etc/passwd",
    "https://127.0.0.1",
    "",
    "http://127.0.0.1:8080/\n",
]


@pytest.mark.parametrize("url", LOOPBACK)
def test_a_server_on_this_machine_is_taken(url: str) -> None:
    assert is_loopback(url)
    assert read(["--api-url", url]).api_url == url


@pytest.mark.parametrize("url", ELSEWHERE)
def test_anything_else_is_refused_with_words(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        read([f"--api-url={url}"])

    assert ended.value.code == 2
    assert "on this machine only" in capsys.readouterr().err


def test_the_demo_shop_brings_its_own_server(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        read(["--demo", "--api-url", "http://127.0.0.1:8080"])

    assert "leave out --api-url" in capsys.readouterr().err


def test_without_arguments_nothing_is_asked_for() -> None:
    assert read([]) == Settings()
    assert not read([]).is_staged


def test_every_switch_reaches_the_settings() -> None:
    switches = "--shop 꽃집 --data-dir d --lang en --offline --log-level DEBUG --self-test --tour pictures"
    asked = read(switches.split(" "))

    assert asked == Settings(
        shop="꽃집", data_dir=Path("d"), lang="en", offline=True, log_level="DEBUG", self_test=True,
        tour=Path("pictures"),
    )  # fmt: skip


@pytest.mark.parametrize("arguments", [["--self-test"], ["--tour", "d"]])
def test_a_rehearsal_is_staged(arguments: list[str]) -> None:
    assert read(arguments).is_staged


@pytest.mark.parametrize("arguments", [["--lang", "jp"], ["--log-level", "LOUD"], ["--what"], ["file.db"]])
def test_nonsense_is_refused(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        read(arguments)

    assert ended.value.code == 2


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        read(["--version"])

    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith(f"Portdesk {__version__} on Python 3.")


def test_without_arguments_the_parser_need_not_be_asked() -> None:
    assert read([]) == Settings(**vars(_parser().parse_args([])))
