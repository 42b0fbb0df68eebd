"""Generated pages are current: the operators and their pictures from the engine, the kinds from their tree."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree as ET

import pytest

from devices.document import parse_document
from rules.fields import Fields, Reader
from rules.operators import BUILT_IN, OPERATORS
from rules.parse_rule import parse_rule
from tests.devices.estate import builtin

ROOT = Path(__file__).resolve().parents[1]


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "docs" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def pictures() -> ModuleType:
    return script("operator_pictures")


def test_the_page_of_kinds_is_current() -> None:
    module = script("kinds_table")
    assert module.PAGE.read_text("utf-8") == module.page(), "run python docs/kinds_table.py"


def test_the_page_of_devices_is_current() -> None:
    module = script("devices_table")
    assert module.PAGE.read_text("utf-8") == module.page(), "run python docs/devices_table.py"


def test_every_family_is_explained_in_both_languages() -> None:
    silent = [
        profile.id for profile in builtin() if not (profile.about.get("zh") and profile.about.get("en"))
    ]
    assert not silent, f"about: zh and en are missing in {silent}"


def test_every_field_of_a_rule_stands_in_the_reference() -> None:
    reader = Reader(parse_document("{}", "x.yaml"), "x.yaml")
    taken: list[str] = []
    fields = Fields.take
    text = (ROOT / "docs" / "rules-reference.md").read_text("utf-8")

    def noted(self: Fields, name: str, *, required: bool = False) -> object:
        if not self.place:
            taken.append(name)
        return fields(self, name, required=required)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Fields, "take", noted)
        parse_rule(reader, {}, (), None)
    assert set(taken) == set(re.findall(r"^\| `(\w+)` \|", text.split("## 条件表达式")[0], re.MULTILINE))


def test_the_committed_files_are_current(pictures: ModuleType) -> None:
    for file, text in pictures.files().items():
        assert file.read_text("utf-8") == text, f"{file.name}: run python docs/operator_pictures.py"


def test_every_operator_has_a_picture_that_is_sound_xml(pictures: ModuleType) -> None:
    assert set(pictures.stories()) == set(BUILT_IN)
    for name in BUILT_IN:
        tree = ET.parse(ROOT / "docs" / "operators" / f"{name}.svg")
        said = " ".join(text.text or "" for text in tree.iter("{http://www.w3.org/2000/svg}text"))
        assert "告警 alert" in said
        assert re.search("[\u4e00-\u9fff].*。", said)
        assert "prefers-color-scheme: dark" in (ROOT / "docs" / "operators" / f"{name}.svg").read_text(
            "utf-8"
        )


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_parameter_is_documented(pictures: ModuleType, name: str) -> None:
    fields = Fields(Reader(parse_document("{}", "x.yaml"), "x.yaml"), {}, ())
    OPERATORS[name][1](fields)
    assert set(fields._known) == set(pictures.stories()[name]["parameters"])


def test_each_picture_shows_an_opening_and_its_end(pictures: ModuleType) -> None:
    for name, story in pictures.stories().items():
        told = [change.change for change in pictures.Played(name, story).changes]
        assert told[0] == "opened", name
        assert told[-1] == "cleared", name
