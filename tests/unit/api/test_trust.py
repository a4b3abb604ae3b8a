from __future__ import annotations

import asyncio
import importlib
import ipaddress
import ssl
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import truststore

from doubles.sockets import read_request, reply
from portdesk.api import trust, wire
from portdesk.api.endpoint import Call, Kind
from portdesk.api.exchange import Answer, Failure
from portdesk.api.wire import HttpWire

pytestmark = pytest.mark.anyio

READ = Call("GET /x", Kind.READ, "GET", "/x", None)
DISTRUST = Failure("ConnectError", may_be_sent=False, is_tls=True)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for 127.0.0.1 that nobody has signed."""
    pytest.importorskip("cryptography", reason="comes with the key store of Linux only")
    from cryptography import x509  # noqa: PLC0415 - see above
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "a test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(private + made.public_bytes(pem))
    return file


@asynccontextmanager
async def secured(certificate: Path, newest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> AsyncIterator[int]:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(reply(b"{}", "Connection: close"))
        await writer.drain()
        writer.close()

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.maximum_version = newest
    server = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def exchange(base_url: str) -> Answer | Failure:
    sender = HttpWire(base_url)
    try:
        return await sender.exchange(READ, {})
    finally:
        await sender.aclose()


class TestSystemTrust:
    def test_the_systems_store_and_nothing_below_1_2(self) -> None:
        context = trust.system_trust()

        assert isinstance(context, truststore.SSLContext)
        assert context.minimum_version is ssl.TLSVersion.TLSv1_2
        assert context.verify_mode is ssl.CERT_REQUIRED
        assert context.check_hostname

    @pytest.mark.skipif(sys.platform != "linux", reason="only there the bundle is parsed")
    def test_certificates_are_read_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        context = trust.system_trust()
        inside = importlib.import_module("truststore._api")
        read = inside._configure_context
        times = []
        monkeypatch.setattr(inside, "_configure_context", lambda inner: times.append(inner) or read(inner))

        for _ in range(3):
            context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="localhost")

        assert times == []
        assert trust.system_trust()
        assert len(times) == 1

    async def test_a_certificate_nobody_signed_is_refused_each_time(self, certificate: Path) -> None:
        async with secured(certificate) as port:
            sender = HttpWire(f"https://127.0.0.1:{port}")
            answers = [await sender.exchange(READ, {}) for _ in range(3)]
            await sender.aclose()

        assert answers == [DISTRUST] * 3

    @pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
    async def test_one_the_system_trusts_is_accepted(
        self, certificate: Path, monkeypatch: pytest.MonkeyPatch, newest: ssl.TLSVersion
    ) -> None:
        monkeypatch.setattr(wire, "system_trust", lambda: trusting(certificate))

        async with secured(certificate, newest) as port:
            assert await exchange(f"https://127.0.0.1:{port}") == Answer(200, b"{}")

    async def test_but_not_under_another_name(
        self, certificate: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(wire, "system_trust", lambda: trusting(certificate))

        async with secured(certificate) as port:
            assert await exchange(f"https://localhost:{port}") == DISTRUST


def trusting(certificate: Path) -> ssl.SSLContext:
    context = trust.system_trust()
    context.load_verify_locations(cafile=certificate)
    return context
