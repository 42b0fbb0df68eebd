"""`gateway devices list|import|export|labels`: the whole registry from the command line, on the data folder of a site."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

Where = Annotated[Path, typer.Option("--where", help="The site's folder, or its gateway.yaml. 小区目录")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("list")(list_devices)
    app.command("export")(export_devices)
    app.command("import")(import_devices)
    app.command("labels")(device_labels)


def list_devices(
    where: Where = Path(),
    building: Annotated[str | None, typer.Option(help="Only of this building. 只看这栋楼")] = None,
    state: Annotated[str | None, typer.Option(help="Only in this state. 只看这个状态")] = None,
) -> None:
    """List the devices as they are registered now; works while the gateway runs. 列出设备"""
    from gateway.estate.offline import site_now
    from gateway.estate.tree import place_of

    view = site_now(where)
    for device in sorted(view.registry, key=lambda each: each.id):
        if (building is not None and device.building != building) or (
            state is not None and device.state != state
        ):
            continue
        here = place_of(view.places, device)
        way = view.places.way(here.id) if here is not None else ()
        place = " ".join(each.name.get("zh") or each.id for each in way)
        name = device.name.get("zh") or device.name.get("en") or ""
        columns = [device.id, device.state, device.type, device.profile, device.ident, name, place]
        print("\t".join(columns))


def export_devices(
    out: Annotated[Path, typer.Argument(help="The file to write: .xlsx, or .csv for the devices. 文件")],
    where: Where = Path(),
) -> None:
    """Write all devices, places and homes to a workbook (devices alone to CSV); works while the gateway runs. 导出"""
    from gateway.estate.importing import listed
    from gateway.estate.offline import site_now
    from gateway.estate.writing import csv_file, workbook

    entries = listed(site_now(where))
    out.write_bytes(csv_file("device", entries["device"]) if out.suffix == ".csv" else workbook(entries))
    print(
        f"{len(entries['device'])} devices, {len(entries['place'])} places, {len(entries['household'])} homes: {out}"
    )


def import_devices(
    file: Annotated[Path, typer.Argument(help="CSV or XLSX. 表格文件")],
    where: Where = Path(),
    save: Annotated[
        bool, typer.Option("--save", help="Save it; without this it is only looked at. 保存")
    ] = False,
    errors: Annotated[
        Path | None, typer.Option(help="Write the table with its mistakes here. 把错误写进这个表格")
    ] = None,
) -> None:
    """Look at a table of devices, places and homes, and with --save import it. 导入

    Needs the gateway to be stopped; while it runs, send the table to its API (POST /api/estate/imports). Exit code: 0
    good, 1 mistakes in the table, 3 a gateway is running.
    """
    from gateway.errors import ConfigError
    from gateway.estate.offline import imported
    from gateway.estate.table import NotATable

    try:
        content = file.read_bytes()
        found, saved = imported(where, content, name=file.name, save=save, now=datetime.now(UTC))
    except OSError as error:
        raise ConfigError([f"{file}: cannot be read: {error.strerror}"]) from None
    except NotATable as refused:
        raise ConfigError([f"{file}: {refused.zh} / {refused.en}"]) from None
    for each in found.findings:
        print(
            f"{file}: {each.sheet} {each.row} {each.column} {each.value!r}: {each.zh} / {each.en}",
            file=sys.stderr,
        )
    new = sum(each.new for each in found.changes)
    print(
        f"{new} new, {len(found.changes) - new} changed, {found.reading.same} as they are, {len(found.findings)} mistake(s)"
    )
    if errors is not None and found.findings:
        errors.write_bytes(found.marked())
    if found.findings:
        raise typer.Exit(1)
    print(f"saved: {saved}" if save else "nothing is saved; repeat with --save. 未保存")


def device_labels(
    out: Annotated[Path, typer.Argument(help="The page to write. 输出网页")] = Path("device-labels.html"),
    where: Where = Path(),
    base: Annotated[str | None, typer.Option(help="How phones reach this box; else http.public_url.")] = None,
    building: Annotated[str | None, typer.Option(help="Only of this building. 只打这栋楼")] = None,
    state: Annotated[str | None, typer.Option(help="Only in this state, e.g. seen. 只打这个状态")] = None,
) -> None:
    """Write a page of labels with a code for each device; works while the gateway runs. 打印设备标签"""
    from gateway.config import load_settings
    from gateway.errors import ConfigError
    from gateway.estate.labels import labels
    from gateway.estate.offline import codes_of, settings_file, site_now

    settings = load_settings(settings_file(where))
    address = base or settings.http.public_url
    if address is None:
        raise ConfigError(
            [
                f"{settings_file(where)}: http.public_url: a label needs the address that phones reach; set it, or give --base"
            ]
        )
    view = site_now(where)
    wanted = [
        each
        for each in sorted(view.registry, key=lambda each: (each.building or "", each.id))
        if each.profile and building in (None, each.building) and state in (None, each.state)
    ]
    out.write_text(labels(wanted, view, codes_of(settings), base=address), "utf-8")
    print(f"{len(wanted)} labels: open {out} in a browser and print it")
