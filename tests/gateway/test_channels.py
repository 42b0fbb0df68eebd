"""Channels from a site file: what is built, and how every mistake is said with its place."""

from __future__ import annotations

import base64
import re
from datetime import date
from pathlib import Path

import pytest

from gateway.channels import build_channels, destinations
from gateway.config import Settings
from gateway.errors import ConfigError
from gateway.notify.channel import CHANNELS
from gateway.notify.lan import Lan
from gateway.notify.webhook import Webhook
from gateway.notify.wecom import Wecom
from gateway.rulebook.standing import Files
from gateway.site import load_site_file
from gateway.written import Written
from rules.load import Loaded
from tests.contracts.channel import message

DOCS = Path(__file__).resolve().parents[2] / "docs"
HEAD = """\
site: sc
zone: Asia/Shanghai
people:
  - {id: wang, name: 王强, roles: [worker], contacts: {sms_aliyun: "13812341234", mail: wang@estate.example}}
channels:
"""


async def publish(topic: str, payload: bytes) -> None:
    pytest.fail(f"published {payload!r} to {topic}")


def written(folder: Path, channels: str) -> Written:
    text = HEAD + channels
    path = folder / "site.yaml"
    path.write_text(text, "utf-8")
    site, _ = load_site_file(text, str(path), today=date(2026, 3, 4))
    return Written(
        settings=Settings(site=path, data=folder / "data"),
        site=site,
        profiles=(),
        files=Files(texts={}, loaded=Loaded(rules=(), problems=(), lint=())),
        documents={"site": text},
    )


def problems(folder: Path, channels: str) -> list[str]:
    with pytest.raises(ConfigError) as refusal:
        build_channels(written(folder, channels), lan=Lan(), publish=publish)
    return [problem.removeprefix(f"{folder}/site.yaml:") for problem in refusal.value.problems]


def test_page_and_console_are_there_without_being_named(tmp_path: Path) -> None:
    lan = Lan()
    found = build_channels(written(tmp_path, "  []\n"), lan=lan, publish=publish)
    assert sorted(found) == ["console", "lan"]
    assert found["lan"] is lan


def test_every_kind_is_built_from_its_settings(tmp_path: Path) -> None:
    hook = "whsec_" + base64.b64encode(b"n" * 24).decode()
    for name, text in {
        "hook": hook,
        "key": "a secret of an access key",
        "robot": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6",
        "ding": "https://oapi.dingtalk.com/robot/send?access_token=7f3c",
        "feishu": "https://open.feishu.cn/open-apis/bot/v2/hook/0a1b2c3d",
    }.items():
        (tmp_path / name).write_text(f"{text}\n")
    channels = """\
  - {name: pages, kind: lan}
  - {name: lines, kind: console}
  - {name: siren, kind: mqtt}
  - {name: street, kind: webhook, settings: {url: "https://street.example/in", secret_file: hook}}
  - {name: group, kind: wecom, group: true, settings: {webhook_file: robot, format: markdown}}
  - {name: ding, kind: dingtalk, group: true, settings: {webhook_file: ding, secret_file: key, keyword: 小区}}
  - {name: fei, kind: feishu, group: true, settings: {webhook_file: feishu}}
  - {name: sms, kind: sms_aliyun, settings: {access_key_id: LTAI5t, access_key_secret_file: key, sign_name: 幸福里, template: SMS_1}}
  - {name: sms2, kind: sms_tencent, settings: {secret_id: AKID, secret_key_file: key, app_id: "1400006666", sign_name: 幸福里, template: "1110"}}
  - {name: call, kind: voice, settings: {access_key_id: LTAI5t, access_key_secret_file: key, template: TTS_1}}
  - {name: mail, kind: email, settings: {host: smtp.example, sender: gw@estate.example, username: gw, password_file: key}}
  - {name: push, kind: ntfy, settings: {url: "https://ntfy.example", topic_file: key}}
"""
    (tmp_path / "key").write_text("a-secret_of-an-access-key")
    lan = Lan()
    found = build_channels(written(tmp_path, channels), lan=lan, publish=publish)
    assert {type(channel) for channel in found.values()} == set(CHANNELS.values())
    assert found["pages"] is lan
    assert isinstance(found["street"], Webhook)
    assert isinstance(found["group"], Wecom)


def test_all_mistakes_of_all_channels_are_said_at_once_with_place_and_next_step(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("http://robot.example/send?key=topsecret")
    (tmp_path / "none").write_text("\n")
    found = problems(
        tmp_path,
        """\
  - {name: a, kind: wecomm}
  - name: b
    kind: webhook
    settings:
      url: http://street.example/in
      secrets: whsec_topsecret
  - {name: c, kind: wecom, settings: {webhook_file: plain}}
  - {name: d, kind: sms_aliyun, settings: {acess_key_id: x, access_key_secret: topsecret, template: 5}}
  - {name: e, kind: lan, settings: {volume: 11}}
  - {name: f, kind: ntfy, settings: [1]}
  - {name: g, kind: email, settings: {host: smtp.example, sender: gw@e.example, username: x, password_file: none, security: ssl}}
""",
    )
    text = "\n".join(found)
    assert "topsecret" not in text
    assert "6: channels[0].kind: unknown kind 'wecomm', expected one of" in text
    assert "did you mean 'wecom'?" in text
    assert "11: channels[1].settings.secrets: unknown setting" in text
    assert "did you mean 'secret_file'?" in text
    assert "channels[1].settings.secret_file: is missing, expected the name of a file" in text
    assert "12: channels[2].group: a wecom robot writes to a whole group, set group: true" in text
    assert "channels[2].settings.webhook_file: expected https" in text
    assert "channels[3].settings.acess_key_id: unknown setting" in text
    assert "channels[3].settings.access_key_secret: a secret does not stand here" in text
    assert "channels[3].settings.template: expected text, not 5" in text
    assert "channels[3].settings.sign_name: is missing" in text
    assert "channels[4].settings.volume: unknown setting, expected some of none" in text
    assert "channels[5].settings: expected a mapping" in text
    assert "is empty, expected a secret" in text
    assert "channels[6].settings.security: expected one of tls, starttls, none, not 'ssl'" in text


def test_a_secret_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    (only,) = problems(
        tmp_path, "  - {name: c, kind: wecom, group: true, settings: {webhook_file: secrets/robot}}\n"
    )
    assert (
        f"channels[0].settings.webhook_file: {tmp_path}/secrets/robot: there is no such file; it should hold the secret of webhook"
        in only
    )


def test_where_a_message_goes_is_the_contact_of_its_channel_or_kind(tmp_path: Path) -> None:
    site = written(tmp_path, "  - {name: text, kind: sms_aliyun}\n  - {name: mail, kind: email}\n").site.view
    where = destinations(site, "https://gw.example/")
    assert where(message(channel="text")).address == "13812341234"
    assert where(message(channel="mail")).address == "wang@estate.example"
    assert where(message(channel="mail")).link == "https://gw.example/m"
    assert where(message(channel="mail", recipient="nobody")).address == ""
    assert destinations(site, None)(message(channel="mail")).link == ""


def test_what_the_documentation_shows_is_built(tmp_path: Path) -> None:
    text = (DOCS / "how-to" / "channels.md").read_text("utf-8")
    shown = text.partition("```yaml\nchannels:\n")[2].partition("people:\n")[0]
    (tmp_path / "secrets").mkdir()
    for name in re.findall(r"_file: secrets/([\w-]+)", shown):
        (tmp_path / "secrets" / name).write_text(
            "https://vendor.example/send?key=693a91f6&access_token=693a91f6"
        )
    found = build_channels(written(tmp_path, shown), lan=Lan(), publish=publish)
    assert {"chat", "ding", "fei", "sms", "call", "mail"} <= set(found)


def test_the_documentation_lists_every_kind_with_its_limits() -> None:
    rows = {
        kind: line
        for line in (DOCS / "channels.md").read_text("utf-8").splitlines()
        if (kind := line.partition("| `")[2].partition("`")[0]) in CHANNELS and line.startswith("| `")
    }
    assert set(rows) == set(CHANNELS)
    for kind, row in rows.items():
        limits = CHANNELS[kind].limits
        for count in (limits.per_hour, limits.per_day):
            assert count is None or str(count) in row, kind


def test_a_slip_of_the_pen_finds_its_kind(tmp_path: Path) -> None:
    (only,) = problems(tmp_path, "  - {name: ding, kind: dingtak}\n")
    assert "did you mean 'dingtalk'?" in only
