"""Smtp: a mail server of a test: STARTTLS or TLS from the first byte, login, and refusals at every step."""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.fakes.server import listening

USER, PASSWORD = "gw", "mail-Example-Password"


@dataclass
class FakeSmtp:
    """`security` as in the settings; `refuse` maps a command (`HELLO`, `AUTH`, `MAIL`, `RCPT`, `DATA`, `END`) to a reply."""

    folder: Path
    security: str = "tls"
    offers_starttls: bool = True
    refuse: dict[str, str] = field(default_factory=dict)
    mode: str = "answer"  # silence: never greets; drop: breaks off after the text
    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str, str]] = field(default_factory=list)
    readable: list[bytes] = field(default_factory=list)  # what went over the line before it was encrypted
    connections: int = 0

    @property
    def ca_file(self) -> str:
        return str(self.folder / "cert.pem")

    def context(self) -> ssl.SSLContext:
        made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        made.load_cert_chain(self.folder / "cert.pem", self.folder / "key.pem")
        return made

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            if self.mode == "silence":
                await reader.read()
            else:
                await _Talk(self, reader, writer).run()
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            return
        finally:
            writer.close()


class _Talk:
    """One connection: the server's side of the words, one method a command."""

    def __init__(self, server: FakeSmtp, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._server, self._reader, self._writer = server, reader, writer
        self._encrypted = server.security == "tls"
        self._known = False
        self._sender = self._recipient = ""
        self._commands = {
            "EHLO": self._ehlo,
            "STARTTLS": self._starttls,
            "AUTH": self._auth,
            "MAIL": self._mail,
            "RCPT": self._rcpt,
            "DATA": self._letter,
        }

    async def run(self) -> None:
        """Talk until the client says QUIT or goes."""
        refuse = self._server.refuse
        self._raw(refuse.get("HELLO", "220 mail.test ESMTP"))
        while line := await self._reader.readline():
            if not self._encrypted:
                self._server.readable.append(line)
            verb, _, rest = line.decode().strip().partition(" ")
            verb = verb.upper()
            if verb in refuse:
                self._raw(refuse[verb])
            elif verb == "QUIT":
                self._say("221", "bye")
                return
            elif verb in self._commands:
                await self._commands[verb](rest)
            else:
                self._say("500", "what?")
            await self._writer.drain()

    def _raw(self, line: str) -> None:
        self._writer.write(f"{line}\r\n".encode())

    def _say(self, code: str, *lines: str) -> None:
        *first, last = lines
        for line in first:
            self._raw(f"{code}-{line}")
        self._raw(f"{code} {last}")

    async def _ehlo(self, _: str) -> None:
        server = self._server
        more = []
        if server.security == "starttls" and not self._encrypted and server.offers_starttls:
            more.append("STARTTLS")
        if self._encrypted:
            more.append("AUTH PLAIN LOGIN")
        self._say("250", "mail.test", *more, "SMTPUTF8", "8BITMIME")

    async def _starttls(self, _: str) -> None:
        self._say("220", "go ahead")
        await self._writer.drain()
        await self._writer.start_tls(self._server.context())
        self._encrypted = True

    async def _auth(self, rest: str) -> None:
        said = base64.b64decode(rest.split()[1]).split(b"\0")[1:]
        self._known = said == [USER.encode(), PASSWORD.encode()]
        self._say(*(("235", "welcome") if self._known else ("535", "5.7.8 authentication failed")))

    async def _mail(self, rest: str) -> None:
        self._sender = rest
        let_in = self._known or not self._encrypted
        self._say(*(("250", "ok") if let_in else ("530", "5.7.0 authentication required")))

    async def _rcpt(self, rest: str) -> None:
        self._recipient = rest
        self._say("250", "ok")

    async def _letter(self, _: str) -> None:
        server = self._server
        self._say("354", "go on")
        raw = await self._reader.readuntil(b"\r\n.\r\n")
        if server.mode == "drop":
            self._writer.transport.abort()
            return
        if "END" in server.refuse:
            self._raw(server.refuse["END"])
            return
        text = raw[:-5].replace(b"\r\n..", b"\r\n.")
        server.envelopes.append((self._sender, self._recipient))
        server.letters.append(message_from_bytes(text, policy=policy.default))  # type: ignore[arg-type]  # the policy makes EmailMessage
        self._raw("250 2.0.0 queued as 4bQ1x")


def certificate(folder: Path) -> None:
    """Write a certificate for localhost that is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )


@asynccontextmanager
async def mail_server(server: FakeSmtp) -> AsyncIterator[FakeSmtp]:
    """Run the server on a free port of 127.0.0.1."""
    certificate(server.folder)
    tls = server.context() if server.security == "tls" else None
    async with listening(server.serve, tls=tls) as server.port:
        yield server
