"""The log holds what is on its list and nothing else, in a file that is its owner's alone."""

from __future__ import annotations

import json
import logging
import os
import stat
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from portdesk.app import logs

CANARIES = {
    "imp_secret": "ekKoeW8RyKuT0zgaZsUtXXTLQ4AhPFW3ZGseDA6bkA5lamv9OqDMnxyeB9wqOsuO9W3Mx9YSJ4dTqJ3f",
    "token": "a9ace025c90c0da2161075da6ddd3492a2fca776",
    "bearer": "Bearer a9ace025c90c",
    "card": "4092-0200-0000-1239",
    "plain card": "4092020000001239",
    "phone": "010-1234-5678",
    "mail": "minsu.kim@shop.example",
    "resident": "900101-1234567",
}
OURS = "portdesk.sync.engine"
THEIRS = ("httpx", "httpcore.http11", "asyncio", "keyring.backend", "portdesk_plugin", "root", "py.warnings")
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


class Log:
    """A started log, its file and the leaks it reported."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "portdesk.log"
        self.leaks: list[str] = []
        self.end: Callable[[], None] = logs.start(folder, "DEBUG", self.leaks.append)

    @property
    def text(self) -> str:
        return self.file.read_text("utf-8")

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    root = logging.getLogger()
    levels = root.level, logging.getLogger("portdesk").level
    log = Log(tmp_path / "logs")
    yield log
    log.end()
    root.setLevel(levels[0])
    logging.getLogger("portdesk").setLevel(levels[1])


class TestOurLines:
    def test_say_what_happened_in_constant_words(self, log: Log) -> None:
        logging.getLogger(OURS).info("page saved", extra={"rows": 100, "operation": "GET /payments"})

        (line,) = log.lines
        assert line["event"] == "page saved"
        assert (line["level"], line["from"]) == ("INFO", OURS)
        assert (line["rows"], line["operation"]) == (100, "GET /payments")
        assert log.leaks == []

    def test_leave_out_arguments(self, log: Log) -> None:
        logging.getLogger(OURS).warning("shop %s opened", "바다꽃집")

        assert log.lines[0]["event"] == "shop %s opened"
        assert "바다꽃집" not in log.text

    def test_leave_out_what_is_not_on_the_list(self, log: Log) -> None:
        logging.getLogger(OURS).warning("read", extra={"buyer_name": "김민수", "wire": {"a": 1}, "rows": 1})

        assert log.lines[0].keys() == {"at", "level", "from", "event", "rows"}

    def test_cut_and_spell_out_what_others_wrote(self, log: Log) -> None:
        logging.getLogger(OURS).warning("refused", extra={"reason": "no\n\x1b[31m\u202e" + "x " * 10_000})

        reason = log.lines[0]["reason"]
        assert reason.startswith("no ⟨001B⟩[31m⟨202E⟩x")
        assert len(reason) <= 200
        assert len(log.text.splitlines()) == 1

    @pytest.mark.parametrize("value", [0.1 + 0.2, 12.345678901234567, 1e300, 3])
    def test_measured_numbers_are_numbers_and_no_secret(self, log: Log, value: float) -> None:
        logging.getLogger(OURS).info("waited", extra={"seconds": value})

        assert log.lines[0]["seconds"] == pytest.approx(value, rel=1e-3)
        assert log.leaks == []

    def test_are_json_whatever_a_number_looks_like(self, log: Log) -> None:
        logging.getLogger(OURS).info("odd", extra={"code": 4092020000001239, "seconds": float("nan")})

        assert "4092020000001239" not in log.text
        assert log.lines[0]["event"] == "odd"

    def test_of_an_error_keep_the_kind_and_the_place(self, log: Log) -> None:
        try:
            int(CANARIES["card"])
        except ValueError:
            logging.getLogger(OURS).exception("a task failed", extra={"phase": "recent"})

        (line,) = log.lines
        assert line["error"] == "ValueError"
        assert line["where"][-1].startswith("test_logs.py:")
        assert "4092" not in log.text

    def test_of_a_chain_of_errors_keep_no_text(self, log: Log) -> None:
        try:
            try:
                int(CANARIES["token"])
            except ValueError:
                Path(CANARIES["mail"]).read_bytes()
        except OSError:
            logging.getLogger(OURS).exception("a task failed", stack_info=True)

        assert not any(canary in log.text for canary in CANARIES.values())


@pytest.mark.parametrize("kind", sorted(CANARIES))
class TestCanaries:
    def test_as_arguments_never_reach_the_file(self, log: Log, kind: str) -> None:
        logging.getLogger(OURS).error("failed with %s", CANARIES[kind])

        assert CANARIES[kind] not in log.text
        assert log.leaks == []

    def test_as_extra_never_reach_the_file(self, log: Log, kind: str) -> None:
        secret = CANARIES[kind]
        logging.getLogger(OURS).error("failed", extra={"imp_secret": secret, "body": [secret]})

        assert secret not in log.text
        assert log.leaks == []

    def test_in_a_field_of_the_list_are_scrubbed_and_reported(self, log: Log, kind: str) -> None:
        logging.getLogger(OURS).error("failed", extra={"reason": f"it says {CANARIES[kind]}."})

        assert CANARIES[kind] not in log.text
        assert log.lines[0]["reason"].startswith("it says █")
        assert len(set(log.leaks)) == 1

    def test_in_our_own_words_are_scrubbed_and_reported(self, log: Log, kind: str) -> None:
        logging.getLogger(OURS).error(f"failed with {CANARIES[kind]}")  # noqa: G004 - the mistake to be caught

        assert CANARIES[kind] not in log.text
        assert len(set(log.leaks)) == 1

    def test_the_report_does_not_repeat_them(self, log: Log, kind: str) -> None:
        logging.getLogger(OURS).error("failed", extra={"reason": CANARIES[kind]})

        assert log.leaks
        assert not any(CANARIES[kind] in leak for leak in log.leaks)

    @pytest.mark.parametrize("logger", THEIRS)
    def test_from_other_libraries_never_reach_the_file(self, log: Log, kind: str, logger: str) -> None:
        secret = CANARIES[kind]
        their = logging.getLogger(None if logger == "root" else logger)
        for level in LEVELS:
            their.log(getattr(logging, level), f"sent {secret}", extra={"reason": secret, "code": secret})
        their.error("sent %s", secret, exc_info=ValueError(secret))

        assert secret not in log.text
        assert log.leaks == []


def test_other_libraries_are_quiet_below_warnings(log: Log) -> None:
    logging.getLogger("library").info("HTTP Request: GET https://api.iamport.kr/payments/imp_1")
    logging.getLogger("library").warning("odd")

    assert [(line["level"], line["from"]) for line in log.lines] == [("WARNING", "library")]


def test_python_warnings_leave_their_words_out(log: Log) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=True)
        warnings.warn(f"unclosed {CANARIES['mail']}", ResourceWarning, stacklevel=1)

    assert [line["from"] for line in log.lines] == ["py.warnings"]
    assert "minsu" not in log.text


@pytest.mark.skipif(sys.platform == "win32", reason="there are no modes on Windows")
class TestFile:
    def test_is_its_owners_alone(self, log: Log) -> None:
        logging.getLogger(OURS).info("begun")

        assert mode(log.file) == 0o600
        assert mode(log.file.parent) == 0o700

    def test_is_its_owners_alone_under_any_umask(self, tmp_path: Path) -> None:
        before = os.umask(0)
        try:
            log = Log(tmp_path / "open")
            log.end()
        finally:
            os.umask(before)

        assert mode(log.file) == 0o600
        assert mode(log.file.parent) == 0o700

    def test_one_that_was_open_to_others_is_closed(self, tmp_path: Path) -> None:
        tmp_path.joinpath("portdesk.log").touch(0o644)
        tmp_path.joinpath("portdesk.log").chmod(0o644)
        log = Log(tmp_path)
        log.end()

        assert mode(log.file) == 0o600

    def test_keeps_its_mode_and_number_when_it_rotates(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(logs, "_FILE_SIZE", 300)
        log = Log(tmp_path)
        for number in range(60):
            logging.getLogger(OURS).error("a line of some length", extra={"rows": number})
        log.end()

        files = sorted(tmp_path.iterdir())
        assert len(files) == 6
        assert {mode(file) for file in files} == {0o600}


class TestAge:
    """No line is kept for longer than thirty days."""

    NOW = 1_800_000_000.0

    def start_at(self, folder: Path, monkeypatch: pytest.MonkeyPatch, days: float) -> None:
        seconds = self.NOW + days * 86_400
        monkeypatch.setattr(logs.time, "time", lambda: seconds)
        log = Log(folder)
        logging.getLogger(OURS).error("day", extra={"step": days})
        log.end()
        os.utime(log.file, (seconds, seconds))

    def test_older_ones_go_at_a_start(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        for days in (0, 4, 8, 14, 20, 28):
            self.start_at(tmp_path, monkeypatch, days)
        assert [file.name for file in sorted(tmp_path.iterdir())] == [
            "portdesk.log", "portdesk.log.1", "portdesk.log.2", "portdesk.log.3",
        ]  # fmt: skip
        self.start_at(tmp_path, monkeypatch, 39)

        kept = [json.loads(line) for file in tmp_path.iterdir() for line in file.read_text().splitlines()]
        assert sorted(line["step"] for line in kept) == [20, 28, 39]

    def test_a_first_line_nobody_can_read_is_no_obstacle(self, tmp_path: Path) -> None:
        (tmp_path / "portdesk.log").write_bytes(b"\xff nonsense")
        log = Log(tmp_path)
        log.end()


def test_after_the_end_nothing_is_written(log: Log) -> None:
    log.end()
    logging.getLogger(OURS).error("late")

    assert log.text == ""


def test_without_a_folder_it_goes_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    end = logs.start(None, "INFO")
    logging.getLogger(OURS).error("failed with %s", CANARIES["mail"])
    end()

    assert json.loads(capsys.readouterr().err)["event"] == "failed with %s"


def test_a_folder_that_cannot_be_used_is_no_reason_not_to_start(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("in the way")
    end = logs.start(tmp_path / "file" / "logs", "INFO")
    logging.getLogger(OURS).error("told all the same")
    end()

    assert json.loads(capsys.readouterr().err)["event"] == "told all the same"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)
