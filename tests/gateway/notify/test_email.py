"""Mail against a server that encrypts, wants a login, and refuses at every step."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Literal

import pytest

from gateway.errors import Rejected, RetryLater
from gateway.notify.channel import Destination
from gateway.notify.email import Email, EmailSettings
from gateway.notify.secret import Secret
from tests.contracts.channel import PATIENCE_S, ChannelContract, Words, message
from tests.fakes.smtp import PASSWORD, USER, FakeSmtp, mail_server

WANG = Destination(recipient="wang", address="wang@estate.example", link="https://gw.example/m?a=1&b=2")


async def loopback(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


def mail(server: FakeSmtp, **changes: Any) -> Email:
    values: dict[str, Any] = {
        "host": "localhost",
        "port": server.port,
        "sender": "gateway@estate.example",
        "security": server.security,
        "username": USER,
        "password": Secret(PASSWORD),
        "ca_file": server.ca_file,
        "allow_private": True,
    }
    return Email(EmailSettings(**(values | changes)), using=loopback, timeout_s=PATIENCE_S)


@pytest.fixture(params=["tls", "starttls"])
async def server(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[FakeSmtp]:
    async with mail_server(FakeSmtp(tmp_path, security=request.param)) as one:
        yield one


class TestEmail(ChannelContract):
    def to(self, number: int = 0) -> Destination:
        return WANG

    @pytest.fixture
    def channel_under_test(self, server: FakeSmtp) -> Email:
        return mail(server)


async def test_a_mail_is_plain_and_html_and_nothing_goes_readable_before_the_encryption(
    server: FakeSmtp,
) -> None:
    words = Words(title="门 <b>开</b>", text="第一行\n.\n<script>x</script>")
    receipt = await mail(server).send(message(), words, WANG)
    (letter,) = server.letters
    assert letter["Subject"] == "门 <b>开</b>"
    assert letter["To"] == "wang@estate.example"
    assert letter["Message-ID"] == "<m1@estate.example>" == receipt.reference
    assert letter["Auto-Submitted"] == "auto-generated"
    plain, html = (part.get_content().replace("\r\n", "\n") for part in letter.iter_parts())
    assert plain == f"第一行\n.\n<script>x</script>\n\n{WANG.link}\n"
    assert "&lt;script&gt;x&lt;/script&gt;" in html
    assert 'href="https://gw.example/m?a=1&amp;b=2"' in html
    assert "<script>" not in html
    assert "queued as" in receipt.detail
    spoken = b"".join(server.readable)
    assert b"wang" not in spoken
    assert b"AUTH" not in spoken


async def test_a_title_cannot_add_a_header_or_a_recipient(server: FakeSmtp) -> None:
    evil = "门\r\nBcc: everybody@x.example\r\n\r\nbody\u2028Cc: y@x.example"
    await mail(server).send(message(drill=True), Words(title=evil), WANG)
    (letter,) = server.letters
    assert letter["Bcc"] is None
    assert letter["Cc"] is None
    assert letter["Subject"] == "【演练】门 Bcc: everybody@x.example body Cc: y@x.example"
    assert len(server.envelopes) == 1


@pytest.mark.parametrize(
    "address", ["", "no address", "a@b\r\nRCPT TO:<x@y>", "<a@b.c>", "a@b.c, d@e.f", "王@例.中国"]
)
async def test_what_is_no_address_is_final_before_a_connection(server: FakeSmtp, address: str) -> None:
    with pytest.raises(Rejected, match="wang has no mail address"):
        await mail(server).send(message(), Words(), Destination(recipient="wang", address=address))
    assert server.connections == 0


@pytest.mark.parametrize(
    ("step", "reply", "kind"),
    [
        ("HELLO", "421 4.3.2 too many connections", RetryLater),
        ("HELLO", "554 5.7.1 you are on a list", Rejected),
        ("AUTH", "454 4.7.0 temporary failure", RetryLater),
        ("MAIL", "552 5.2.2 over quota", Rejected),
        ("RCPT", "450 4.2.1 greylisted", RetryLater),
        ("RCPT", "550 5.1.1 no such user", Rejected),
        ("END", "451 4.3.0 try again", RetryLater),
        ("END", "554 5.7.1 looks like spam", Rejected),
    ],
)
async def test_4xx_is_later_and_5xx_never(
    server: FakeSmtp, step: str, reply: str, kind: type[Exception]
) -> None:
    server.refuse[step] = reply
    with pytest.raises(kind, match=reply[4:]):
        await mail(server).send(message(), Words(), WANG)
    assert server.letters == []


@pytest.mark.parametrize("mode", ["silence", "drop"])
async def test_no_answer_is_asked_again(server: FakeSmtp, mode: str) -> None:
    server.mode = mode
    with pytest.raises(RetryLater):
        await mail(server).send(message(), Words(), WANG)


async def test_a_wrong_password_is_final_and_not_shown(server: FakeSmtp) -> None:
    server.refuse["AUTH"] = f"535 5.7.8 wrong: {PASSWORD}x"
    with pytest.raises(Rejected, match=r"535|authentication|wrong") as refusal:
        await mail(server, password=Secret(f"{PASSWORD}x")).send(message(), Words(), WANG)
    assert PASSWORD not in str(refusal.value)


async def test_a_certificate_of_nobody_is_refused(server: FakeSmtp) -> None:
    with pytest.raises(Rejected, match="set ca_file"):
        await mail(server, ca_file="").send(message(), Words(), WANG)
    assert server.letters == []


async def test_without_encryption_nothing_is_said(tmp_path: Path) -> None:
    async with mail_server(FakeSmtp(tmp_path, security="starttls", offers_starttls=False)) as server:
        with pytest.raises(Rejected, match="offers less than"):
            await mail(server).send(message(), Words(), WANG)
        assert not [line for line in server.readable if b"AUTH" in line or b"MAIL" in line]


async def test_a_server_on_the_site_may_do_without(tmp_path: Path) -> None:
    async with mail_server(FakeSmtp(tmp_path, security="none")) as server:
        await mail(server, username="", password=None).send(message(), Words(), WANG)
        assert len(server.letters) == 1


async def test_nobody_there_is_asked_again_and_a_private_address_is_refused(server: FakeSmtp) -> None:
    with pytest.raises(RetryLater):
        await mail(server, port=1).send(message(), Words(), WANG)
    with pytest.raises(Rejected, match="private address"):
        await mail(server, allow_private=False).send(message(), Words(), WANG)
    assert server.connections == 0


def test_settings_say_everything_that_is_wrong() -> None:
    security: Literal["none"] = "none"
    bad = EmailSettings(host="a b", sender="x", security=security, port=70000, username="gw")
    assert [field for field, _ in bad.problems()] == ["host", "sender", "port", "security", "username"]
    good = EmailSettings(
        host="smtp.example", sender="gw@estate.example", username="gw", password=Secret("topsecret")
    )
    assert good.problems() == []
    assert "topsecret" not in repr(good)
