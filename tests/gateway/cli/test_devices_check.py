"""`gateway devices check`: a profile written by hand is proven, or every mistake is named with its line."""

from __future__ import annotations

import msgspec
import pytest

from devices.profile import load_profiles
from gateway.cli import main
from tests.gateway.api.test_profile_problems import TEXT
from tests.gateway.rulebook.desk import site_of
from tests.gateway.sitebook.estate import Estate


def run(*arguments: str) -> int:
    try:
        main(["devices", "check", *arguments])
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def test_a_sound_profile_shows_what_comes_of_its_samples(tmp_path, capsys):
    file = tmp_path / "bell.yaml"
    file.write_text(TEXT, "utf-8")
    assert run(str(file)) == 0
    shown = capsys.readouterr().out
    assert "bell@1" in shown
    assert "sos.button: device b1" in shown


def test_mistakes_are_named_with_line_and_path_and_clashes_between_files_too(tmp_path, capsys):
    (tmp_path / "a.yaml").write_text(TEXT, "utf-8")
    (tmp_path / "b.yaml").write_text(TEXT.replace("bell@1", "gong@1"), "utf-8")
    (tmp_path / "c.yaml").write_text(TEXT.replace("sos.button", "sos.buton"), "utf-8")
    assert run(str(tmp_path), "--quiet") == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert "b.yaml:" in told.err
    assert "reads the same topics" in told.err
    assert "did you mean 'sos.button'" in told.err
    assert run(str(tmp_path / "none.yaml")) == 2


def test_the_folder_of_a_site_brings_the_profiles_saved_on_its_pages(tmp_path, capsys):
    desk = Estate(site_of(tmp_path / "s"))
    device = {"id": "door-7", "type": "sos", "profile": "bell", "ident": "b1"}
    desk.sites.save("profile:bell", {"id": "bell", "text": TEXT}, by="chen").result(10)
    desk.sites.save("device:door-7", device, by="chen").result(10)
    desk.ends()
    site = str(desk.folder)
    (tmp_path / "gong.yaml").write_text(TEXT.replace("bell@1", "gong@1"), "utf-8")
    assert run("--site", site, str(tmp_path / "gong.yaml")) == 1
    assert "reads the same topics" in capsys.readouterr().err
    (tmp_path / "bell.yaml").write_text(TEXT.replace("bell@1", "bell@2"), "utf-8")
    assert run("--site", site, str(tmp_path / "bell.yaml")) == 0, "the next version of what is there"
    capsys.readouterr()

    sample = read_sample()
    (tmp_path / "said.json").write_bytes(sample.payload)
    decode = ["devices", "decode", "--site", site, "--topic", sample.topic, str(tmp_path / "said.json")]
    with pytest.raises(SystemExit) as ended:
        main(decode)
    said = msgspec.json.decode(capsys.readouterr().out.splitlines()[-1])
    assert (ended.value.code or 0, said["device"], said["kind"]) == (0, "door-7", "sos.button")


def read_sample():
    profiles, _ = load_profiles({"bell.yaml": TEXT})
    return profiles[0].samples[0]
