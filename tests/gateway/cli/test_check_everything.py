"""`gateway check` names every mistake at once, where it stands, in both languages; and what others could read."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.cli import main

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    with pytest.raises(SystemExit):
        main(["init", str(tmp_path / "site")])
    capsys.readouterr()
    return tmp_path / "site"


def checked(where: Path, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, str]:
    capsys.readouterr()
    with pytest.raises(SystemExit) as end:
        main(["check", str(where), *more])
    said = capsys.readouterr()
    return int(end.value.code or 0), said.out + said.err


def add(file: Path, text: str) -> None:
    file.write_text(file.read_text("utf-8") + text, "utf-8")


EVERYTHING = (
    "inbound.weather",
    "there is no such file; it should hold the secret of 'weather'",
    "panels.accounts.ZZ: expected a panel's account: 3 to 16 of 0-9 and A-F",
    "channel_test: expected a time of day like 04:30, in quotes, found '25:00'",
    "roster.shifts[0].to: expected a time of day like 08:00, not '25:00' / 应为一天中的时刻，例如 08:00",
    "channels[0].levels[0]: expected one of L1, L2, L3, L4, not 'L9'",
    "channels[0].settings.webhook_file: expected the robot's whole address, with ?key=… at its end",
    "channels[1].levels[0]: expected one of L1",
    "channels[1].settings.url: expected https",
    "channels[1].settings.secret_file: ",
)


def test_no_mistake_hides_another_and_each_has_its_line(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = folder / "gateway.yaml"
    text = settings.read_text("utf-8").replace("mode: estate", "mode: relay")
    settings.write_text(
        text
        + """
inbound: {weather: {secret_file: secrets/nope}}
panels:
  accounts: {ZZ: {}}
channel_test: "25:00"
""",
        "utf-8",
    )
    (folder / "secrets").mkdir()
    (folder / "secrets" / "robot").write_text("https://qyapi.weixin.qq.com/cgi-bin/webhook/send")
    site = folder / "site.yaml"
    site.write_text(
        site.read_text("utf-8").replace('to: "00:00", people: [guard1]', 'to: "25:00", people: [guard1]'),
        "utf-8",
    )
    add(
        site,
        """
channels:
  - {name: chat, kind: wecom, group: true, levels: [L9], settings: {webhook_file: secrets/robot}}
  - {name: street, kind: webhook, levels: [L8], settings: {url: "ftp://x", secret_file: secrets/gone}}
""",
    )
    code, said = checked(folder, capsys)
    assert code == 2
    line = next(n for n, each in enumerate(text.splitlines(), 1) if "mode: relay" in each)
    for expected in (
        f"gateway.yaml:{line}: reach.mode: reach.mode relay needs reach.public_url",
        *EVERYTHING,
    ):
        assert expected in said, (expected, said)
    assert "Errno" not in said
    assert "pattern" not in said
    assert ": : " not in said
    assert "没有这个文件" in said


def test_a_secret_that_others_can_read_is_a_warning(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "secrets").mkdir()
    secret = folder / "secrets" / "robot"
    secret.write_text("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=abc")
    secret.chmod(0o644)
    add(
        folder / "site.yaml",
        """
channels:
  - {name: chat, kind: wecom, group: true, settings: {webhook_file: secrets/robot}}
""",
    )
    code, said = checked(folder, capsys)
    assert code == 0
    assert "channels[0].settings.webhook_file: warning: " in said
    assert f"run chmod 600 {secret}" in said
    assert "1 warnings" in said
    secret.chmod(0o600)
    assert checked(folder, capsys, "--strict")[0] == 0


def test_a_site_file_alone_is_called_by_its_name(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for where in (ROOT / "deploy" / "site.example.yaml", ROOT / "deploy"):
        code, said = checked(where, capsys)
        assert code == 2
        assert "site file" in said
        assert "小区文件" in said
        assert "gateway init try && cp " in said
        assert len(said.splitlines()) == 1


def test_the_example_can_be_tried_as_it_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    example = (ROOT / "deploy" / "site.example.yaml").read_text("utf-8")
    (folder / "site.yaml").write_text(example, "utf-8")
    code, said = checked(folder, capsys)
    assert code == 2
    assert [line.partition(": ")[2].partition(": ")[0] for line in said.splitlines()] == [
        "channels[1].settings.access_key_secret_file", "channels[2].settings.webhook_file",
    ], "only what nobody else can give"  # fmt: skip
    (folder / "secrets").mkdir()
    for name, text in (
        ("sms", "a key"),
        ("wecom", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=abc"),
    ):
        (folder / "secrets" / name).write_text(text)
        (folder / "secrets" / name).chmod(0o600)
    assert checked(folder, capsys)[0] == 0
