from __future__ import annotations

import pytest

from portdesk.api.address import API_URL, check_base_url
from portdesk.domain.errors import InputError


@pytest.mark.parametrize(
    "url",
    [
        API_URL,
        "http://127.0.0.1:8800",
        "http://127.0.0.1:8800/",
        "http://localhost:1",
        "http://[::1]:9",
        "http://localhost",
    ],
)
def test_the_compiled_in_address_and_loopback_are_accepted(url: str) -> None:
    assert check_base_url(url) == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "api.iamport.kr",
        "http://api.iamport.kr",
        "https://api.iamport.kr:444",
        "https://api.iamport.kr.evil.example",
        "https://api.iamport.kr@evil.example",
        "https://api.iamport.kr/",
        "http://127.0.0.1.evil.example",
        "http://127.0.0.1@evil.example",
        "http://evil.example#127.0.0.1",
        "http://127.0.0.1:80/path",
        "http://127.0.0.1:80?x=1",
        "http://user:pass@127.0.0.1:80",
        "http://127.0.0.1:99999",
        "http://127.0.0.1:x",
        "http://[::1",
        "http://0.0.0.0:80",
        "http://127.0.0.2:80",
        "ftp://127.0.0.1",
        "https://127.0.0.1:80",
        "HTTP://LOCALHOST:1",
        "http://localhost:1\n",
        "http://\tlocalhost:1",
        " http://localhost:1",
        "http://localhost:1\\@evil.example",
    ],
)
def test_keys_go_nowhere_else(url: str) -> None:
    with pytest.raises(InputError):
        check_base_url(url)
