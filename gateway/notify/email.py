"""email: a mail to one person by the site's own SMTP server (plain text and HTML), over TLS.

4xx answers mean later, 5xx never. The Message-ID is made of our message's id, so that a mail sent twice is shown
once by programs that look at it.
"""

from __future__ import annotations

import asyncio
import html
import re
import socket
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from typing import ClassVar, Literal

import aiosmtplib
import msgspec

from gateway.errors import GatewayError, Rejected, RetryLater
from gateway.notify.address import Resolve, checked, resolve
from gateway.notify.channel import Destination, Limits, Reach, Receipt, Surroundings, Wording, channel
from gateway.notify.secret import Secret, hushed
from gateway.notify.settings import Checked, Mistake
from gateway.notify.text import cut, marked, one_line, sound
from gateway.response.model import Message

TITLE_BYTES = 250
TEXT_BYTES = 20_000
_PORTS = {"tls": 465, "starttls": 587, "none": 25}
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+\.?[A-Za-z0-9-]+")


class EmailSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The server and the sender. `security`: `tls` from the first byte (465), `starttls` (587), or `none`.

    `none` sends everything readable on the way and needs `allow_private`: for a server on the site's own network.
    """

    host: str
    sender: str
    security: Literal["tls", "starttls", "none"] = "tls"
    port: int = 0  # 0: the usual one
    username: str = ""
    password: Secret | None = None
    ca_file: str = ""
    allow_private: bool = False

    def problems(self) -> list[Mistake]:
        """Return what is wrong, all of it."""
        found: list[Mistake] = []
        if not re.fullmatch(r"[A-Za-z0-9.:-]+", self.host):
            found.append(("host", f"expected the name of a mail server, not '{self.host}'"))
        if not _ADDRESS.fullmatch(self.sender):
            found.append(("sender", f"expected an address like gateway@estate.example, not '{self.sender}'"))
        if not 0 <= self.port <= 65535:
            found.append(("port", f"expected 1 to 65535, not {self.port}"))
        if self.security == "none" and not self.allow_private:
            found.append(("security", "'none' needs allow_private: true, for a server on the site's network"))
        if bool(self.username) != (self.password is not None):
            found.append(("username", "and password_file belong together: set both or neither"))
        return found


@channel("email")
class Email:
    """Sends one mail to one address, each over a connection of its own."""

    kind: ClassVar[str]
    reach: ClassVar[Reach] = "outside"
    repeatable: ClassVar[bool] = True
    timeout_s: ClassVar[float] = 20.0
    at_once: ClassVar[int] = 2
    limits: ClassVar[Limits] = Limits(bundle=True, text_bytes=TEXT_BYTES, attempts=6)
    for_groups: ClassVar[bool] = False
    Settings: ClassVar[type[Checked]] = EmailSettings

    def __init__(self, settings: EmailSettings, *, using: Resolve = resolve, timeout_s: float = 10.0) -> None:
        self._settings = settings
        self._password = settings.password.reveal() if settings.password is not None else ""
        self._using = using
        self._timeout_s = timeout_s

    @classmethod
    def build(cls, settings: EmailSettings, *, around: Surroundings) -> Email:
        """Return the channel over one server."""
        return cls(settings)

    async def send(self, message: Message, wording: Wording, destination: Destination) -> Receipt:
        """Send one mail; sent means that the server has taken it over."""
        if not _ADDRESS.fullmatch(destination.address):
            raise Rejected(f"{destination.recipient} has no mail address; set it in the person's contacts")
        mail = letter(message, wording, destination, sender=self._settings.sender)
        try:
            async with asyncio.timeout(self._timeout_s):
                said = await self._deliver(mail, destination.address)
        except (aiosmtplib.SMTPException, OSError) as error:
            raise self._refusal(error) from None
        return Receipt(
            state="sent", detail=self._hushed(one_line(said))[:200], reference=str(mail["Message-ID"])
        )

    async def _deliver(self, mail: EmailMessage, address: str) -> str:
        settings = self._settings
        port = settings.port or _PORTS[settings.security]
        found = await checked(settings.host, port, allow_private=settings.allow_private, using=self._using)
        server = aiosmtplib.SMTP(
            hostname=settings.host,
            sock=await _connected(found, port),
            use_tls=settings.security == "tls",
            start_tls=settings.security == "starttls",
            tls_context=ssl.create_default_context(cafile=settings.ca_file or None),
            timeout=self._timeout_s,
            local_hostname="localhost",
        )
        await server.connect()
        try:
            if settings.username:
                await server.login(settings.username, self._password)
            _, said = await server.send_message(mail, sender=settings.sender, recipients=[address])
        finally:
            server.close()
        return said

    def _refusal(self, error: Exception) -> GatewayError:
        said = self._hushed(
            f"{self._settings.host}: {type(error).__name__} {one_line(str(error))[:200]}".rstrip()
        )
        codes = _codes(error)
        if isinstance(error.__cause__ or error, ssl.SSLCertVerificationError):
            return Rejected(f"{said}; the certificate is not trusted: set ca_file for a private authority")
        # The library says with its widest class that STARTTLS is not offered: going on readable is no choice.
        if type(error) is aiosmtplib.SMTPException or isinstance(error, aiosmtplib.SMTPNotSupported):
            return Rejected(f"{said}; the server offers less than `security` asks for")
        if codes and all(code >= 500 for code in codes):
            return Rejected(said)
        return RetryLater(said)

    def _hushed(self, text: str) -> str:
        return hushed(text, (self._password,))


def letter(message: Message, wording: Wording, destination: Destination, *, sender: str) -> EmailMessage:
    """Return the mail: headers hold one line each, the HTML only text."""
    title = cut(one_line(marked(message, wording.title)), TITLE_BYTES)
    text = cut(sound(wording.text), TEXT_BYTES).replace("\0", " ")
    link = destination.link
    mail = EmailMessage(policy=SMTP_POLICY)
    mail["Subject"] = title
    mail["From"] = Address(addr_spec=sender)
    mail["To"] = Address(addr_spec=destination.address)
    mail["Message-ID"] = f"<{message.id}@{sender.rpartition('@')[2]}>"
    mail["Date"] = message.created_at
    mail["Auto-Submitted"] = "auto-generated"
    if message.level in {"L1", "L2"}:
        mail["Importance"] = "high"
    mail.set_content(f"{text}\n\n{link}\n" if link else f"{text}\n", charset="utf-8")
    shown = html.escape(text).replace("\n", "<br>")
    where = f'<p><a href="{html.escape(link)}">{html.escape(link)}</a></p>' if link else ""
    body = f"<!doctype html><h3>{html.escape(title)}</h3><p>{shown}</p>{where}"
    mail.add_alternative(body, subtype="html", charset="utf-8")
    return mail


async def _connected(addresses: list[str], port: int) -> socket.socket:
    """Return a connection to the first address that answers.

    Raises:
        RetryLater: none does.
    """
    loop = asyncio.get_running_loop()
    why: OSError | None = None
    for address in addresses:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        tried = socket.socket(family, socket.SOCK_STREAM)
        tried.setblocking(False)
        try:
            await loop.sock_connect(tried, (address, port))
        except OSError as error:
            tried.close()
            why = error
        except asyncio.CancelledError:
            tried.close()
            raise
        else:
            return tried
    raise RetryLater(f"cannot be reached: {why}")


def _codes(error: Exception) -> list[int]:
    """Return the numbers with which the server refused; none when it did not answer."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return [each.code for each in error.recipients]
    return [error.code] if isinstance(error, aiosmtplib.SMTPResponseException) else []
