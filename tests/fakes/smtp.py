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
                await self._talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            return
        finally:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        encrypted = self.security == "tls"
        known = False
        sender = recipient = ""

        def say(code: str, *lines: str) -> None:
            *first, last = lines
            writer.write(
                "".join(f"{code}-{line}\r\n" for line in first).encode() + f"{code} {last}\r\n".encode()
            )

        writer.write((self.refuse.get("HELLO", "220 mail.test ESMTP") + "\r\n").encode())
        while line := await reader.readline():
            if not encrypted:
                self.readable.append(line)
            verb, _, rest = line.decode().strip().partition(" ")
            verb = verb.upper()
            if verb in self.refuse:
                writer.write(f"{self.refuse[verb]}\r\n".encode())
            elif verb == "EHLO":
                more = (
                    ["STARTTLS"]
                    if self.security == "starttls" and not encrypted and self.offers_starttls
                    else []
                )
                say(
                    "250",
                    "mail.test",
                    *more,
                    *(["AUTH PLAIN LOGIN"] if encrypted else []),
                    "SMTPUTF8",
                    "8BITMIME",
                )
            elif verb == "STARTTLS":
                say("220", "go ahead")
                await writer.drain()
                await writer.start_tls(self.context())
                encrypted = True
            elif verb == "AUTH":
                said = base64.b64decode(rest.split()[1]).split(b"\0")[1:]
                known = said == [USER.encode(), PASSWORD.encode()]
                say(*(("235", "welcome") if known else ("535", "5.7.8 authentication failed")))
            elif verb == "MAIL":
                sender = rest
                say(*(("250", "ok") if known or not encrypted else ("530", "5.7.0 authentication required")))
            elif verb == "RCPT":
                recipient = rest
                say("250", "ok")
            elif verb == "DATA":
                say("354", "go on")
                await self._letter(reader, writer, sender, recipient)
            elif verb == "QUIT":
                say("221", "bye")
                return
            else:
                say("500", "what?")
            await writer.drain()

    async def _letter(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, sender: str, recipient: str
    ) -> None:
        raw = await reader.readuntil(b"\r\n.\r\n")
        if self.mode == "drop":
            writer.transport.abort()
            return
        if "END" in self.refuse:
            writer.write(f"{self.refuse['END']}\r\n".encode())
            return
        self.envelopes.append((sender, recipient))
        self.letters.append(message_from_bytes(raw[:-5].replace(b"\r\n..", b"\r\n."), policy=policy.default))  # type: ignore[arg-type]
        writer.write(b"250 2.0.0 queued as 4bQ1x\r\n")


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
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await server.serve(reader, writer)
        except asyncio.CancelledError:
            return  # the test is over; the protocol's own callback cannot stand a cancelled task
        finally:
            tasks.discard(task)

    tls = server.context() if server.security == "tls" else None
    listening = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*list(tasks), return_exceptions=True)
