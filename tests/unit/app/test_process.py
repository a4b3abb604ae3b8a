"""A hardened process leaves no core dump, opens no file to others and takes no weakening switch."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from portdesk.app import process

PROBE = """
import ctypes, json, os, resource, sys
from portdesk.app import process
process.harden()
open(sys.argv[1], "w").close()
os.mkdir(sys.argv[2])
print(json.dumps({
    "core": resource.getrlimit(resource.RLIMIT_CORE),
    "dumpable": ctypes.CDLL(None).prctl(3, 0, 0, 0, 0) if sys.platform == "linux" else 0,
    "file": os.stat(sys.argv[1]).st_mode & 0o777,
    "folder": os.stat(sys.argv[2]).st_mode & 0o777,
    "left": sorted(set(os.environ) & set(sys.argv[3:])),
}))
"""

HEAP = """
from portdesk.app import process
process.spare_memory()
def resident():
    return int(open("/proc/self/statm").read().split()[1]) // 256
before = resident()
for _ in range(3):
    large, small = [], []
    for _ in range(20):
        large.append(bytearray(1_000_000))
        small.append(bytearray(2_000))
    large.clear()
print(resident() - before)
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="rests on POSIX")


@pytest.fixture(scope="module")
def hardened(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("probe")
    weakening = dict.fromkeys(process._UNWANTED, "1")
    ended = subprocess.run(
        [sys.executable, "-c", PROBE, folder / "file", folder / "folder", *weakening],
        env=os.environ | weakening | {"PYTHONPATH": os.pathsep.join(sys.path)},
        umask=0,
        capture_output=True,
        check=True,
        timeout=30,
    )
    answer: dict[str, Any] = json.loads(ended.stdout)
    return answer


def test_no_core_is_dumped(hardened: dict[str, Any]) -> None:
    assert hardened["core"] == [0, 0]
    assert hardened["dumpable"] == 0


def test_new_files_are_their_owners_alone(hardened: dict[str, Any]) -> None:
    assert hardened["file"] == 0o600
    assert hardened["folder"] == 0o700


def test_no_switch_of_the_environment_weakens_us(hardened: dict[str, Any]) -> None:
    assert hardened["left"] == []


def test_the_known_switches_are_among_them() -> None:
    assert {"SSLKEYLOGFILE", "PYTHON_KEYRING_BACKEND", "QTWEBENGINE_DISABLE_SANDBOX"} <= set(
        process._UNWANTED
    )


@pytest.mark.skipif(sys.platform != "linux", reason="the others have another allocator")
def test_large_blocks_go_back() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", HEAP],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        check=True,
        timeout=30,
    )
    assert int(ended.stdout) <= 2, "megabytes of twenty that were freed"
