"""The shelf and the desk before it: other sites' files are left alone, and a wrong clock hides no missing night."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from gateway.backup.desk import BackupDesk
from gateway.backup.keeping import Keep
from gateway.backup.order import Made, order_of
from gateway.backup.settings import Backup
from gateway.backup.shelf import Shelf
from gateway.backup.standing import standing
from gateway.config import Settings

NOW = datetime(2026, 3, 6, 12, tzinfo=UTC)
ONE_DAY = Keep(days=1, weeks=0, months=0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that several gateways share."""
    (tmp_path / "shelf").mkdir()
    return tmp_path / "shelf"


def put(folder: Path, site: str, at: datetime, **said: str) -> str:
    """Lay a finished backup into the folder; `said`: what stands beside it, where that is not the truth."""
    name = f"{site}-{at:%Y%m%dT%H%M%SZ}.scgb"
    (folder / name).write_bytes(b"sealed")
    made = Made(
        name=said.get("name", name), site=said.get("site", site), made_at=at, version="1", size_bytes=6, sha256="",
        files=1, seconds=1.0, by="gateway",
    )  # fmt: skip
    (folder / f"{name}.json").write_bytes(msgspec.json.encode(made))
    return name


def test_a_site_whose_id_begins_alike_keeps_its_backups(folder: Path) -> None:
    others = {put(folder, "east-gate", NOW - timedelta(hours=hours)) for hours in range(3)}
    own = put(folder, "east", NOW)
    shelf = Shelf(folder, "east")
    assert [each.name for each in shelf.all()] == [own]
    assert shelf.one(min(others)) is None
    assert shelf.tidy(ONE_DAY, zone=UTC) == []
    assert all((folder / name).exists() for name in others)


def test_what_stands_beside_a_file_leads_to_no_other_file(folder: Path) -> None:
    precious = folder.parent / "precious"
    precious.write_text("x", "utf-8")
    put(folder, "east", NOW)
    lie = put(folder, "east", NOW - timedelta(days=3), name="../precious")
    shelf = Shelf(folder, "east")
    assert shelf.one(lie) is None
    shelf.tidy(ONE_DAY, zone=UTC)
    assert precious.exists()


def test_a_backup_made_under_a_wrong_clock_stands_for_no_night(folder: Path) -> None:
    site = folder.parent / "site.yaml"
    wanted = Backup(folder=Path("shelf"), passphrase_file=Path("pass"))
    settings = Settings(
        data=folder.parent, site=site, rules=folder.parent / "rules", profiles=folder.parent / "profiles", backup=wanted
    )  # fmt: skip
    desk = BackupDesk(settings, wanted, site="east", zone=UTC, wall=lambda: NOW)
    put(folder, "east", NOW + timedelta(days=4000))
    put(folder, "east", NOW - timedelta(days=3))
    desk.known = desk.shelf.all()
    assert desk.due(), "the night of today is missing"
    assert [each.code for each in standing(desk, now=NOW)[1]] == ["backup_old"]
    put(folder, "east", NOW - timedelta(hours=1))
    desk.known = desk.shelf.all()
    assert not desk.due()
    assert standing(desk, now=NOW)[1] == []
    assert order_of(settings, "east").folder == folder
