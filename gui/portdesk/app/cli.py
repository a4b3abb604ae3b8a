"""The command line: what was asked for, checked before anything starts."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from portdesk import __version__


class Settings(NamedTuple):
    """What one start was asked for."""

    demo: bool = False
    shop: str | None = None
    data_dir: Path | None = None
    api_url: str | None = None
    lang: str | None = None
    offline: bool = False
    log_level: str = "INFO"
    self_test: bool = False
    tour: Path | None = None
    verify_journal: Path | None = None
    head: str | None = None

    @property
    def is_staged(self) -> bool:
        """Whether the program plays by itself and must not touch what the person has."""
        return self.self_test or self.tour is not None


def read(arguments: Sequence[str]) -> Settings:
    """What `arguments` ask for; exits with words about what is wrong with them."""
    if not arguments:
        return Settings()
    parser = _parser()
    asked = parser.parse_args(arguments)
    if asked.api_url is not None and not is_loopback(asked.api_url):
        parser.error("--api-url takes a server on this machine only, such as http://127.0.0.1:8080")
    if asked.demo and asked.api_url is not None:
        parser.error("--demo brings its own server; leave out --api-url")
    return Settings(**vars(asked))


def is_loopback(url: str) -> bool:
    """Whether `url` is a plain HTTP address of this machine."""
    import ipaddress  # noqa: PLC0415 - most starts need no address
    from urllib.parse import urlsplit  # noqa: PLC0415 - see above

    try:
        parts = urlsplit(url)
        _ = parts.port  # raises where it is none
        if not url.isprintable() or parts.scheme != "http" or parts.username is not None:
            return False
        return parts.hostname == "localhost" or ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="portdesk", description="A desktop console for shops that take payments through i'mport."
    )
    add = parser.add_argument
    add("--demo", action="store_true", help="open the demo shop; nothing leaves the machine")
    add("--shop", metavar="NAME", help="open this shop")
    add("--data-dir", type=Path, metavar="DIR", help="keep everything in DIR")
    add(
        "--api-url",
        metavar="URL",
        help="a server on this machine in place of the API; the keys come from "
        "PORTDESK_IMP_KEY and PORTDESK_IMP_SECRET",
    )
    add("--lang", choices=("ko", "en"), help="the language of the screen")
    add("--offline", action="store_true", help="show the local copy, send nothing")
    add("--log-level", choices=("DEBUG", "INFO", "WARNING", "ERROR"), default="INFO", metavar="LEVEL")
    add(
        "--self-test", action="store_true", help="try everything on the demo shop, without a window on screen"
    )
    add("--tour", type=Path, metavar="DIR", help="the same, with a picture of each screen put into DIR")
    add("--verify-journal", type=Path, metavar="FILE", help="say whether a journal.db was changed, and end")
    add(
        "--head",
        metavar="'NUMBER WORDS'",
        help="with --verify-journal: the end of the record as noted earlier",
    )
    add("--version", action="version", version=f"Portdesk {__version__} on Python {sys.version.split()[0]}")
    return parser
