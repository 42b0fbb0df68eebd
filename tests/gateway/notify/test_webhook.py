"""The webhook against a real receiver on loopback, and against names that lie."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from standardwebhooks.webhooks import Webhook as Signer
from standardwebhooks.webhooks import WebhookVerificationError

from gateway.errors import Rejected, RetryLater
from gateway.notify.channel import Channel, Destination
from gateway.notify.secret import Secret
from gateway.notify.signed import WebhookSettings
from gateway.notify.webhook import Webhook
from tests.contracts.channel import PATIENCE_S, OutsideContract, Receiver, Vendor, Words, message, receiver
from tests.fakes.hook import FakeHook
from tests.fakes.web import running

OLD = "whsec_" + base64.b64encode(b"o" * 24).decode()
NEW = "whsec_" + base64.b64encode(b"n" * 24).decode()
TO = Destination(recipient="site", link="https://gw.example/m")


@pytest.fixture
async def server() -> AsyncIterator[Receiver]:
    async with receiver() as one:
        yield one


@pytest.fixture
async def hook(server: Receiver) -> AsyncIterator[Webhook]:
    settings = WebhookSettings(
        url=f"http://localhost:{server.port}/in", secret=Secret(f"{NEW}\n{OLD}"), allow_private=True
    )
    one = Webhook(settings, site="sc", using=loopback, timeout_s=PATIENCE_S)
    yield one
    await one.close()


async def loopback(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


class TestWebhook(OutsideContract):
    TAKES_ANY_200 = True
    LINK = TO.link

    def to(self, number: int = 0) -> Destination:
        return TO

    @pytest.fixture
    async def vendor(self) -> AsyncIterator[FakeHook]:
        async with running(FakeHook()) as one:
            yield one

    @pytest.fixture
    def make(self, vendor: FakeHook) -> Callable[..., Webhook]:
        def made(port: int | None = None, allow_private: bool = True) -> Webhook:
            url = f"{'http' if allow_private else 'https'}://localhost:{port or vendor.port}/in"
            settings = WebhookSettings(url=url, secret=Secret(vendor.SECRET), allow_private=allow_private)
            return Webhook(settings, site="sc", using=loopback, timeout_s=PATIENCE_S)

        return made

    async def test_words_arrive_whole_or_cut_between_characters(
        self, channel_under_test: Channel, vendor: Vendor
    ) -> None:
        """Nothing is cut here: the other system has room."""
        await channel_under_test.send(message(), Words(text="🧯长" * 9000), TO)
        assert vendor.texts[-1] == f"{Words.title}\n{'🧯长' * 9000}\n{TO.link}"

    async def test_a_title_stays_a_title(self, channel_under_test: Channel, vendor: Vendor) -> None:
        """It is a field of JSON: nothing in it can become anything else."""
        evil = "门\r\nBcc: all@x\n# <@all>"
        await channel_under_test.send(message(), Words(title=evil), TO)
        assert vendor.texts[-1].startswith(evil)

    async def test_a_drill_says_so_once(self, channel_under_test: Channel, vendor: FakeHook) -> None:  # type: ignore[override]  # another fake than the contract's
        """In a field of its own."""
        await channel_under_test.send(message(drill=True), Words(), TO)
        assert json.loads(vendor.requests[-1].body)["drill"] is True


async def test_the_event_is_signed_by_both_secrets_and_holds_no_parameters(
    server: Receiver, hook: Webhook
) -> None:
    receipt = await hook.send(message(), Words(), TO)
    assert receipt.state == "delivered"
    (request,) = server.requests
    event = json.loads(request.body)
    assert request.path == "/in"
    assert request.headers["host"] == f"localhost:{server.port}"
    assert request.headers["content-type"].startswith("application/cloudevents+json")
    assert event["specversion"] == "1.0"
    assert (event["id"], event["source"]) == ("m1", "/gw/sc")
    assert event["type"] == "community.incident.dispatched.v1"
    assert event["subject"] == "sc-20260304-001"
    assert event["data"]["link"] == TO.link
    assert "13800000000" not in request.body.decode()
    assert "王强" not in request.body.decode()
    digest = base64.b64encode(hashlib.sha256(request.body).digest()).decode()
    assert request.headers["content-digest"] == f"sha-256=:{digest}:"
    for secret in (OLD, NEW):
        assert Signer(secret).verify(request.body, request.headers)
    with pytest.raises(WebhookVerificationError):
        Signer(OLD).verify(request.body.replace(b"L1", b"L2"), request.headers)


@pytest.mark.parametrize("body", [b'{"error":"no such device"}', b'{"ok":false}', b'{"success": false}'])
async def test_200_with_an_error_in_the_body_is_no_delivery(
    server: Receiver, hook: Webhook, body: bytes
) -> None:
    server.says("200 OK", body)
    with pytest.raises(Rejected, match="says it failed"):
        await hook.send(message(), Words(), TO)


@pytest.mark.parametrize("body", [b"", b"ok", b"[1]", b"{broken", b'{"ok":true,"error":null}', b"[" * 50_000])
async def test_2xx_with_any_other_body_is_a_delivery(server: Receiver, hook: Webhook, body: bytes) -> None:
    server.says("202 Accepted", body)
    assert (await hook.send(message(), Words(), TO)).state == "delivered"


@pytest.mark.parametrize(
    ("status", "header", "after_s"),
    [
        ("429 Too Many Requests", "7", 7.0),
        ("503 Service Unavailable", "1000000", 3600.0),
        ("500 Internal Server Error", "", None),
        ("502 Bad Gateway", "nonsense", None),
        ("408 Request Timeout", "0", 0.0),
    ],
)
async def test_a_busy_receiver_is_asked_again_when_it_says(
    server: Receiver, hook: Webhook, status: str, header: str, after_s: float | None
) -> None:
    server.says(status, b"later", **({"retry_after": header} if header else {}))
    with pytest.raises(RetryLater) as refusal:
        await hook.send(message(), Words(), TO)
    assert refusal.value.after_s == after_s


async def test_retry_after_may_be_a_date(server: Receiver, hook: Webhook) -> None:
    server.says(
        "429 Too Many Requests", retry_after=format_datetime(datetime.now(UTC) + timedelta(seconds=60))
    )
    with pytest.raises(RetryLater) as refusal:
        await hook.send(message(), Words(), TO)
    assert refusal.value.after_s == pytest.approx(60, abs=5)


@pytest.mark.parametrize("status", ["400 Bad Request", "401 Unauthorized", "404 Not Found", "410 Gone"])
async def test_a_refusal_is_final(server: Receiver, hook: Webhook, status: str) -> None:
    server.says(status, b"no")
    with pytest.raises(Rejected, match=status[:3]):
        await hook.send(message(), Words(), TO)


@pytest.mark.parametrize("mode", ["silence", "reset"])
async def test_no_answer_is_asked_again(server: Receiver, hook: Webhook, mode: str) -> None:
    server.mode = mode
    with pytest.raises(RetryLater):
        await hook.send(message(), Words(), TO)


async def test_nobody_there_is_asked_again() -> None:
    from tests.integration.servers import free_port

    settings = WebhookSettings(url=f"http://127.0.0.1:{free_port()}/", secret=Secret(NEW), allow_private=True)
    hook = Webhook(settings, site="sc", timeout_s=PATIENCE_S)
    with pytest.raises(RetryLater):
        await hook.send(message(), Words(), TO)
    await hook.close()


async def test_a_redirect_is_not_followed_even_to_an_allowed_place(server: Receiver, hook: Webhook) -> None:
    server.says("302 Found", location=f"http://127.0.0.1:{server.port}/secret")
    with pytest.raises(Rejected, match="redirects"):
        await hook.send(message(), Words(), TO)
    assert [r.path for r in server.requests] == ["/in"]


PRIVATE = ["127.0.0.1", "10.1.2.3", "192.168.1.9", "172.16.0.1", "100.64.0.1", "::1", "fd00::1"]
NEVER = [
    "169.254.169.254",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "fe80::1",
    "ff02::1",
    "::",
    "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "2002:a9fe:a9fe::1",
]


@pytest.mark.parametrize(
    "address", [*PRIVATE, *NEVER, "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"]
)
async def test_a_public_name_that_leads_inside_is_refused_before_a_connection(address: str) -> None:
    await refused_for(address, allow_private=False)


@pytest.mark.parametrize("address", NEVER)
async def test_link_local_and_reserved_addresses_are_refused_even_when_private_ones_are_allowed(
    address: str,
) -> None:
    await refused_for(address, allow_private=True)


async def refused_for(address: str, *, allow_private: bool) -> None:
    async def lies(host: str, port: int) -> list[str]:
        return ["93.184.216.34", address]

    settings = WebhookSettings(url="https://good.example/", secret=Secret(NEW), allow_private=allow_private)
    hook = Webhook(settings, site="sc", using=lies)
    with pytest.raises(Rejected, match=r"good\.example is refused"):
        await hook.send(message(), Words(), TO)


@pytest.mark.parametrize("host", ["0x7f.1", "2130706433", "localhost", "127.1"])
async def test_odd_spellings_of_loopback_are_resolved_and_refused(host: str, server: Receiver) -> None:
    settings = WebhookSettings(url=f"https://{host}:{server.port}/", secret=Secret(NEW))
    with pytest.raises(Rejected, match="private address"):
        await Webhook(settings, site="sc").send(message(), Words(), TO)
    assert server.connections == 0


async def test_a_name_that_changes_its_address_is_asked_once_and_reached_where_it_was_checked(
    server: Receiver,
) -> None:
    asked: list[str] = []

    async def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["169.254.169.254"]

    settings = WebhookSettings(
        url=f"http://rebind.invalid:{server.port}/", secret=Secret(NEW), allow_private=True
    )
    hook = Webhook(settings, site="sc", using=rebinding)
    assert (await hook.send(message(), Words(), TO)).state == "delivered"
    assert asked == ["rebind.invalid"]
    with pytest.raises(Rejected):
        await hook.send(message("m2"), Words(), TO)
    assert len(server.requests) == 1
    await hook.close()


def test_settings_name_every_problem_and_never_show_a_secret() -> None:
    bad = WebhookSettings(url="http://user:pw@plain.example/", secret=Secret("whsec_c2hvcnQ="))
    problems = bad.problems()
    assert [field for field, _ in problems] == ["url", "url", "secret_file"]
    assert "https" in problems[0][1]
    assert "c2hvcnQ" not in repr(bad) + str(problems)
    assert WebhookSettings(url="https://a.example/", secret=Secret(f"{NEW} {OLD}")).problems() == []
