"""`gateway rules backtest` and `explain` as people type them: texts, JSON, exit codes, every mistake at once."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from gateway.batch import Document
from gateway.cli import main
from gateway.cli.rules import app
from gateway.store.store import Store
from rules.load import Loaded, load_rules
from tests.backtest.house import House, site_file, write_documents
from tests.rules.playing import UTC_START, event, rule, steps_of

SITE = """
site: test
devices:
  - {id: gate-n1, type: access_gate, name: {zh: 北门, en: North gate}}
  - {id: gate-s1, type: access_gate, name: {zh: 南门, en: South gate}}
people:
  - {id: wang, name: 王强, roles: [guard]}
roster:
  shifts:
    - {id: night, role: guard, from: "19:00", to: "07:00", people: [wang]}
"""
RULE = rule("{count: {of: access.denied, at_least: 3, within: 60s}}", id="door.denied")
LOOSER = rule("{count: {of: access.denied, at_least: 2, within: 60s}}", id="door.denied")
MINUTE = 60
CODE = re.compile(r"\bL[1-4]\b")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder: two hours from Friday 22:00 with three bursts at the north gate and one pair at the south."""
    site = site_file(SITE)
    loaded: Loaded = load_rules({"r": RULE})
    bursts = [(10, 3, "gate-n1"), (40, 2, "gate-s1"), (70, 4, "gate-n1"), (110, 3, "gate-n1")]
    lines: list[dict[str, Any]] = [{"t": 0}]
    for minute, count, device in bursts:
        lines += [event(minute * MINUTE + 5 * n, device=device) for n in range(count)]
    lines.insert(
        5, {"t": 12 * MINUTE, "ack": {"rule": "door.denied", "key": {"device": "gate-n1"}, "by": "wang"}}
    )
    lines.append(event(120 * MINUTE, kind="access.granted", device="gate-n1"))
    lines.sort(key=lambda line: line["t"])
    folder = tmp_path / "data"
    House(folder, loaded, site).play(steps_of(loaded, site.rules, lines))
    body = json.dumps(loaded.rules[0].source)
    write_documents(
        folder,
        [
            Document(name="site", version=1, author="file", at=UTC_START, body=SITE),
            Document(name="rule:door.denied", version=1, author="file", at=UTC_START, body=body),
        ],
    )
    return folder


def run(*arguments: object) -> Any:
    return CliRunner().invoke(app, [str(each) for each in arguments])


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "rules.yaml"
    file.write_text(text, "utf-8")
    return file


def test_one_sentence_then_numbers_then_examples(data, tmp_path):
    found = run("backtest", "--rules", written(tmp_path, LOOSER), "--data", data)
    assert found.exit_code == 0, found.output
    assert "过去 2 小时会触发 4 次，其中 3 次在北门。" in found.stdout
    assert "按处  北门 3，南门 1" in found.stdout
    assert "与实际发生的告警相比：相同 3，新增 1，不再触发 0" in found.stdout
    assert "注意：记录从 2026-03-06 22:00 才开始" in found.stdout
    assert "03-06 19:00–07:00 night：告警 4，案件至多 4，在岗 1 人，每人 4 起" in found.stdout
    assert "例 2026-03-06 22:10:05 重要 北门：60 秒内“拒绝通行” 2 次（规定 2 次）。" in found.stdout
    english = run(
        "backtest",
        written(tmp_path, LOOSER),
        "--rules",
        tmp_path / "rules.yaml",
        "--data",
        data,
        "--lang",
        "en",
    )
    assert "it would have fired 4 times in the last 2 h, 3 of them at North gate." in english.stdout
    assert "  级别 重要 4；提醒" in found.stdout
    assert "  levels serious 4; " in english.stdout
    for said in (found.stdout, english.stdout):
        assert not CODE.search(said), "codes of levels are for programs"


def test_one_json_document(data, tmp_path):
    asked = (
        "--rules",
        written(tmp_path, LOOSER),
        "--from",
        "2026-03-06T22:30",
        "--to",
        "2026-03-06T23:30",
        "--json",
    )
    found = run("backtest", *asked, "--data", data)
    assert found.exit_code == 0, found.output
    told = json.loads(found.stdout)
    (result,) = told["rules"]
    assert (result["fired"], result["cleared"], result["notified"], result["cases"]) == (2, 2, 2, 2)
    assert result["by_hour"][22:24] == [1, 1]
    assert result["by_day"] == {"2026-03-06": 2}
    assert told["warm_up"] == {
        "begin": "2026-03-06T14:00:00Z",
        "seconds": 1800.0,
        "whole": True,
        "enough": False,
    }
    assert result["difference"]["only_new"] == 1
    assert result["difference"]["samples_new"][0]["key"] == {"device": "gate-s1"}
    assert result["headline"]["zh"] == "03-06 22:30 到 03-06 23:30 会触发 2 次"


def test_a_rule_that_nobody_knows_has_nothing_to_be_compared_with(data, tmp_path):
    found = run(
        "backtest",
        "--rules",
        written(tmp_path, LOOSER.replace("door.denied", "door.new")),
        "--data",
        data,
        "--json",
    )
    assert json.loads(found.stdout)["rules"][0]["difference"] is None


def test_a_disabled_rule_is_tested_as_if_it_were_enabled(data, tmp_path):
    found = run("backtest", "--rules", written(tmp_path, RULE + "  enabled: false\n"), "--data", data)
    assert "会触发 3 次" in found.stdout
    assert "注意：这些规则现在停用，回放当作启用：door.denied" in found.stdout


def test_every_mistake_at_once(data, tmp_path, capsys):
    wrong = written(tmp_path, RULE.replace("at_least: 3", "at_most: 3"))
    with pytest.raises(SystemExit) as ended:
        main(["rules", "backtest", "--rules", str(wrong), "--rules", str(tmp_path / "none.yaml"), "--data", str(data),
              "--from", "yesterday", "--last", "7x", "--warm-up", "long"])  # fmt: skip
    assert ended.value.code == 2
    told = capsys.readouterr().err
    for part in (
        "none.yaml:1: document: no such file or folder",
        "rules.yaml:",
        "rules[0].detect.count.at_most",
        "--from: expected a time such as",
        "--last: expected a duration such as 12h or 7d, found '7x'",
        "--last: say either --last or --from, not both",
        "--warm-up: expected a duration such as 12h or 7d or all, found 'long'",
    ):
        assert part in told
    assert "Traceback" not in told


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (
            ("--from", "2026-03-07", "--to", "2026-03-06"),
            "--from: 2026-03-07 is not before --to 2026-03-06; exchange them",
        ),
        (("--from", "2026-03-08"), "--from: the journal ends at 2026-03-07T00:00:00+08:00"),
        (("--to", "2026-03-01"), "--to: the journal begins only at 2026-03-06T22:00:00+08:00"),
    ],
)
def test_a_span_without_history(data, tmp_path, capsys, asked, said):
    with pytest.raises(SystemExit) as ended:
        main(["rules", "backtest", "--rules", str(written(tmp_path, RULE)), "--data", str(data), *asked])
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


def test_a_folder_without_a_journal_says_where_it_may_be(data, tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["rules", "backtest", "--rules", str(written(tmp_path, RULE)), "--data", str(data.parent)])
    assert ended.value.code == 2
    assert f"did you mean --data {data}?" in capsys.readouterr().err


def test_a_gateway_may_be_running_on_the_folder(data, tmp_path):
    store = Store.open(data, reserve_bytes=4096)
    try:
        found = run("backtest", "--rules", written(tmp_path, RULE), "--data", data)
    finally:
        store.close()
    assert found.exit_code == 0, found.output
    assert "会触发 3 次" in found.stdout


def test_nothing_in_the_folder_is_changed(data, tmp_path):
    before = {path.name: path.read_bytes() for path in data.glob("gateway.sqlite3")}
    assert run("backtest", "--rules", written(tmp_path, RULE), "--data", data).exit_code == 0
    assert {path.name: path.read_bytes() for path in data.glob("gateway.sqlite3")} == before


def test_ctrl_c_says_how_far_it_came(data, tmp_path, monkeypatch):
    monkeypatch.setattr("gateway.backtest.run.LOOK_EVERY", 2)
    import gateway.backtest.run as running

    before = running.Backtest._feed

    def feed(self, told):
        signal.raise_signal(signal.SIGINT)
        return before(self, told)

    monkeypatch.setattr(running.Backtest, "_feed", feed)
    found = run("backtest", "--rules", written(tmp_path, RULE), "--data", data)
    assert found.exit_code == 130
    assert "已取消：到 2026-03-06" in found.stderr
    assert found.stdout == ""


def test_progress_goes_to_standard_error_only(data, tmp_path, monkeypatch):
    monkeypatch.setattr("gateway.backtest.run.LOOK_EVERY", 1)
    monkeypatch.setattr("gateway.backtest.run.TELL_EVERY_S", 0.0)
    found = run("backtest", "--rules", written(tmp_path, RULE), "--data", data, "--json")
    assert "%" in found.stderr
    assert json.loads(found.stdout)["rules"][0]["fired"] == 3


def test_why_it_fired(data):
    found = run(
        "explain", "door.denied", "--key", "device=gate-n1", "--at", "2026-03-06T22:11", "--data", data
    )
    assert found.exit_code == 0, found.output
    assert "2026-03-06 22:11:00 北门有告警（重要，自 2026-03-06 22:10:10，3 次）" in found.stdout
    assert "60 秒内“拒绝通行” 3 次（规定 3 次）" in found.stdout
    assert "之后 03-06 22:12:00 已确认 重要" in found.stdout


def test_why_it_did_not_fire(data):
    found = run(
        "explain",
        "door.denied",
        "--key",
        "gate-s1",
        "--at",
        "2026-03-06T22:45",
        "--data",
        data,
        "--lang",
        "en",
    )
    assert found.exit_code == 0, found.output
    assert "At 2026-03-06 22:45:00 there was no alert of South gate." in found.stdout
    assert "at most 2 times within 60 s, 3 are needed" in found.stdout


def test_a_device_that_was_never_heard(data):
    found = run(
        "explain", "door.denied", "--key", "device=gate-x", "--at", "2026-03-06T22:45", "--data", data
    )
    assert "在那之前从未收到过“gate-x”的任何消息，设备表里也没有它。" in found.stdout


def test_the_explanation_as_one_json_document(data, tmp_path):
    draft = written(tmp_path, LOOSER)
    found = run("explain", "door.denied", "--rules", draft, "--key", '{"device":"gate-s1"}', "--at", "2026-03-06T22:41", "--data", data, "--json")  # fmt: skip
    told = json.loads(found.stdout)
    assert told["alert"]["count"] == 2
    assert [each["change"] for each in told["before"]] == ["opened"]
    assert told["before"][0]["why"]["at_least"] == 2
    assert [said["code"] for said in told["said"]] == ["live_none"]


def test_what_cannot_be_explained_is_named(data, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["rules", "explain", "door.deniet", "--at", "then", "--data", str(data)])
    assert ended.value.code == 2
    told = capsys.readouterr().err
    assert "RULE: unknown rule 'door.deniet'; did you mean 'door.denied'?" in told
    assert "--at: expected a time such as" in told
    with pytest.raises(SystemExit):
        main(["rules", "explain", "door.denied", "--key", "zone=a", "--data", str(data)])
    assert (
        "--key: 'zone' is not part of the key of door.denied; expected --key device=…"
        in capsys.readouterr().err
    )


def test_a_real_process_ends_cleanly_on_ctrl_c(data, tmp_path):
    """The whole command in its own process: interrupted at once, it says so and leaves no trace."""
    command = [
        sys.executable,
        "-c",
        _SLOW,
        "rules",
        "backtest",
        "--rules",
        str(written(tmp_path, RULE)),
        "--data",
        str(data),
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    line = process.stderr.readline()
    deadline = time.monotonic() + 30
    while "%" not in line and time.monotonic() < deadline:
        line = process.stderr.readline()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert ("已取消" in err, "Traceback" in err, out) == (True, False, "")


_SLOW = """
import sys, time
import gateway.backtest.run as run
from gateway.cli import main
run.LOOK_EVERY, run.TELL_EVERY_S = 1, 0.0
feed = run.Backtest._feed
def slowly(self, told):
    time.sleep(0.2)
    return feed(self, told)
run.Backtest._feed = slowly
main(sys.argv[1:])
"""
