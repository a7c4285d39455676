"""Whatever a receiver does, and wherever a name leads: an attempt ends, with a word for how."""

from __future__ import annotations

import asyncio
import datetime as dt
import ipaddress
import socket
import ssl
import threading
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import abc
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from culm.kernel import errors
from culm.webhooks import answers, resolver, sender
from tests.webhooks.conftest import answering, receiving

HELLO = b"HTTP/1.1 200 OK\r\n"


@pytest.fixture
async def lenient() -> AsyncIterator[sender.Sender]:
    """Sends anywhere, and does not wait long."""
    async with sender.Sender("any", total_seconds=0.5) as opened:
        yield opened


async def post(to: sender.Sender, url: str) -> answers.Answer:
    return await to.send(url, {"webhook-id": "evt_1"}, b'{"type":"a.b"}')


async def raw(to: sender.Sender, *pieces: bytes, stay: bool = False) -> answers.Answer:
    """What comes of a receiver that answers with these bytes."""

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b'{"type":"a.b"}')
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        if stay:
            await asyncio.Event().wait()
        writer.write_eof()
        await reader.read()

    async with answering(handler) as port:
        return await post(to, f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize(
    ("pieces", "stay", "status", "failure"),
    [
        ((HELLO + b"Content-Length: 2\r\n\r\nok",), False, 200, ""),
        ((HELLO + b"\r\nuntil the end",), False, 200, ""),
        ((HELLO + b"Content-Length: 9\r\n\r\nshort",), False, 200, ""),
        ((HELLO + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",), False, None, "malformed_answer"),
        ((HELLO + b"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nbad",), False, 200, ""),
        ((HELLO + b"Content-Length: 9\r\n\r\n", b"never"), True, 200, ""),
        ((b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n",), False, 500, "status"),
        ((b"HTTP/1.1 302 There\r\nLocation: http://127.0.0.1:1/\r\n\r\n",), False, 302, "redirect"),
        ((), False, None, "disconnected"),
        ((), True, None, "timeout"),
        ((b"HTTP/1.1 200 OK\r\nX: ",), True, None, "timeout"),
        ((b"\x16\x03\x01 not HTTP\r\n\r\n",), False, None, "malformed_answer"),
        ((b"HTTP/9.9 banana\r\n\r\n",), False, None, "malformed_answer"),
        ((HELLO + b"X: " + b"x" * 100_000 + b"\r\n\r\n",), True, None, "malformed_answer"),
        (
            (HELLO, *[b"X%d: y\r\n" % n for n in range(5_000)], b"\r\n"),
            True,
            None,
            "malformed_answer",
        ),
    ],
)
async def test_what_a_receiver_answers(
    lenient: sender.Sender,
    pieces: tuple[bytes, ...],
    stay: bool,
    status: int | None,
    failure: str,
) -> None:
    answer = await raw(lenient, *pieces, stay=stay)
    assert (answer.status, answer.failure) == (status, failure)
    assert answer.succeeded == (failure == "")
    assert answer.latency_ms >= 0


async def test_a_body_without_end_is_cut_off(lenient: sender.Sender) -> None:
    written = 0

    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal written
        await reader.readuntil(b'{"type":"a.b"}')
        writer.write(HELLO + b"\r\n")
        while True:
            writer.write(b"x" * 65_536)
            written += 65_536
            await writer.drain()

    async with answering(endless) as port:
        answer = await post(lenient, f"http://127.0.0.1:{port}/")
    assert answer.succeeded
    assert answer.text == "x" * answers.KEPT_BYTES
    assert written < 50 * 1024 * 1024


async def test_nobody_listens(lenient: sender.Sender) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert (await post(lenient, f"http://127.0.0.1:{port}/")).failure == "connect_failed"


async def test_redirects_are_not_followed_and_cookies_not_kept(lenient: sender.Sender) -> None:
    async with receiving() as elsewhere:
        headers = {"Location": elsewhere.url, "Set-Cookie": "a=b"}
        async with receiving(statuses=[307], headers=headers) as receiver:
            for _ in range(2):
                assert (await post(lenient, receiver.url)).failure == "redirect"
    assert elsewhere.got == []
    assert all("cookie" not in one.headers for one in receiver.got)


async def test_proxies_of_the_environment_are_not_used(
    lenient: sender.Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    async with receiving() as receiver:
        assert (await post(lenient, receiver.url)).succeeded


class Names(abc.AbstractResolver):
    """Name servers that say what a test wants, and something else each time."""

    def __init__(self, *answers_: str) -> None:
        self.answers = list(answers_)
        self.asked = 0

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[abc.ResolveResult]:
        self.asked += 1
        address = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        version = ipaddress.ip_address(address.partition("%")[0]).version
        kind = socket.AF_INET if version == 4 else socket.AF_INET6
        return [
            abc.ResolveResult(hostname=host, host=address, port=port, family=kind, proto=6, flags=0)
        ]

    async def close(self) -> None:
        pass


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "169.254.169.254",
        "100.100.100.200",
        "168.63.129.16",
        "0.0.0.0",
        "::1",
        "::ffff:127.0.0.1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
        "fd00:ec2::254",
        "fe80::1",
    ],
)
async def test_a_name_that_leads_inside_is_not_connected_to(address: str) -> None:
    async with sender.Sender("public", resolver_=Names(address)) as strict:
        answer = await post(strict, "https://hooks.example.com/")
    assert (answer.status, answer.failure) == (None, "address_refused")


async def test_what_is_judged_is_what_is_connected_to() -> None:
    """A name that was harmless a moment ago (DNS rebinding) is asked for once, and judged then."""
    connected = asyncio.Event()

    async def inside(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        connected.set()

    names = Names("203.0.113.1", "127.0.0.1")  # an address of documentation: nobody is there
    async with answering(inside) as port, sender.Sender("public", resolver_=names) as strict:
        for _ in range(3):
            answer = await post(strict, f"https://rebound.example.com:{port}/")
            assert answer.failure == "address_refused"
    assert names.asked == 3
    assert not connected.is_set()


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.com/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://169.254.169.254/latest/meta-data",
        "https://user:secret@hooks.example.com/",
        "https://0x7f.1/",
        "https://2130706433/",
        "https://localhost/",
        "https://hooks.example.com:25/",
    ],
)
async def test_urls_that_were_once_let_in_are_judged_again_when_sent_to(url: str) -> None:
    async with sender.Sender("public", resolver_=Names("127.0.0.1")) as strict:
        assert (await post(strict, url)).failure == "url_refused"


async def test_a_name_that_nobody_knows() -> None:
    class Nobody(Names):
        async def resolve(
            self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
        ) -> list[abc.ResolveResult]:
            raise OSError(f"{host} is not known")

    async with sender.Sender("public", resolver_=Nobody("")) as strict:
        assert (await post(strict, "https://nobody.example.com/")).failure == "name_unknown"


async def test_the_systems_resolver_is_asked_in_threads_of_our_own(
    lenient: sender.Sender,
) -> None:
    async with receiving() as receiver:
        url = receiver.url.replace("127.0.0.1", "localhost")
        assert (await post(lenient, url)).succeeded


async def test_what_nobody_foresaw_is_a_failure_like_others() -> None:
    class Broken(Names):
        async def resolve(
            self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
        ) -> list[abc.ResolveResult]:
            raise RuntimeError("out of order")

    async with sender.Sender("public", resolver_=Broken("")) as strict:
        assert (await post(strict, "https://hooks.example.com/")).failure == "failed"
    with pytest.raises(errors.Unavailable):
        await post(strict, "https://hooks.example.com/")


async def test_those_who_ask_for_one_name_share_a_thread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A name server that never answers takes one thread, however many deliveries wait for it."""
    asked, silent = Counter[str](), threading.Event()

    def look_up(host: str, *_: object) -> list[tuple[object, ...]]:
        asked[host] += 1
        if host == "silent.example.com":
            silent.wait()
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", 0))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    names = resolver.Resolver()
    waiting = [asyncio.create_task(names.resolve("silent.example.com")) for _ in range(500)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    (found,) = await names.resolve("hooks.example.com", 443)
    assert (found["host"], found["port"]) == ("192.0.2.1", 443)
    assert not any(task.done() for task in waiting[1:])
    silent.set()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert asked == {"silent.example.com": 1, "hooks.example.com": 1}


async def test_only_so_many_names_are_looked_up_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    silent = threading.Event()

    def look_up(*_: object) -> list[tuple[object, ...]]:
        silent.wait()
        raise OSError("nobody")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    names = resolver.Resolver()
    hosts = [f"h{number}.example.com" for number in range(resolver.LOOK_UPS)]
    waiting = [asyncio.create_task(names.resolve(host)) for host in hosts]
    await asyncio.sleep(0)
    with pytest.raises(OSError, match="too many"):
        await names.resolve("one.more.example.com")
    silent.set()
    ended = await asyncio.gather(*waiting, return_exceptions=True)
    assert {str(one) for one in ended} == {"nobody"}


# -- TLS --------------------------------------------------------------------------------------


class Certified:
    """A certificate of a test's own, for one name."""

    def __init__(self, directory: Path, name: str) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        named = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        now = dt.datetime.now(dt.UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(named)
            .issuer_name(named)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        self.file = directory / f"{name}.pem"
        self.file.write_bytes(
            certificate.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )

    def server(self, seen: list[str | None]) -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.file)
        context.sni_callback = lambda _socket, name, _context: seen.append(name)
        return context

    def trusted(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.file)


async def ok(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b'{"type":"a.b"}')
    writer.write(HELLO + b"Content-Length: 0\r\n\r\n")
    await writer.drain()
    await reader.read()


@pytest.mark.parametrize(
    ("name", "trusts", "failure"),
    [
        ("hooks.example.com", True, ""),
        ("hooks.example.com", False, "certificate_refused"),
        ("other.example.com", True, "certificate_refused"),
    ],
)
async def test_the_certificate_is_that_of_the_name_and_trusted(
    tmp_path: Path, name: str, trusts: bool, failure: str
) -> None:
    seen: list[str | None] = []
    certificate = Certified(tmp_path, name)
    trust = certificate.trusted() if trusts else None
    async with (
        answering(ok, ssl=certificate.server(seen)) as port,
        sender.Sender("any", trust=trust, resolver_=Names("127.0.0.1")) as to,
    ):
        answer = await post(to, f"https://hooks.example.com:{port}/")
    assert answer.failure == failure
    assert seen == ["hooks.example.com"]


async def test_plain_http_where_tls_was_expected(lenient: sender.Sender) -> None:
    async def plain(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(HELLO + b"Content-Length: 0\r\n\r\n")
        await writer.drain()
        await asyncio.sleep(0.05)

    async with answering(plain) as port:
        answer = await post(lenient, f"https://localhost:{port}/")
    assert answer.failure in ("tls_failed", "disconnected", "connect_failed")
