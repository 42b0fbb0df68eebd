"""`gateway upgrade`: look at a package, install its version beside the running one, turn to it, turn back."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    from gateway.config import Settings

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
Site = Annotated[Path, typer.Argument(help="The site's folder, or its gateway.yaml. 小区目录")]
Service = Annotated[
    str | None, typer.Option(help="A service of systemd to stop before and start after. 先停后起的服务")
]
Bundle = Annotated[Path, typer.Argument(help="A package (.scgu). 升级包")]


@app.command()
def look(bundle: Bundle, where: Site = Path()) -> None:
    """Prove that a package is of the publisher and whole; nothing is installed. 校验升级包

    Exit code: 0 it holds, 2 no key is configured (upgrade.key_file), 3 what does not hold is named.
    """
    from gateway.upgrade.bundle import verify

    manifest = verify(bundle, _key(where, _settings(where)))
    print(
        f"{manifest.version}  {manifest.made_at:%Y-%m-%d}  {len(manifest.wheels)} wheels  签名和每个文件都对 / it holds"
    )


@app.command()
def install(bundle: Bundle, where: Site = Path()) -> None:
    """Install the version of a package beside the running one; what runs goes on. 装到旁边

    \b
    sudo gateway upgrade install smart-community-gateway-1.1.0.scgu my-site
    No network is used. Exit code: 0 installed, 2 no key, 3 not installed (it says why).
    """
    from datetime import UTC, datetime

    from gateway.upgrade.versions import Versions

    settings = _settings(where)
    versions = Versions(settings.upgrade.folder)
    done = versions.install(bundle, _key(where, settings), now=datetime.now(UTC))
    print(f"{done.version}  {versions.prefix(done.version)}: 装好了，还没有启用 / installed, not in use yet")
    print(f"下一步 / next: stop the gateway, then  gateway upgrade use {done.version} {where}")


@app.command("list")
def list_versions(where: Site = Path()) -> None:
    """Print the versions that are installed, and which is in use. 已装的版本"""
    from gateway.upgrade.versions import CURRENT, PREVIOUS, Versions

    versions = Versions(_settings(where).upgrade.folder)
    marks = {versions.linked(CURRENT): "在用 / in use", versions.linked(PREVIOUS): "上一个 / before"}
    for each in versions.all():
        mark = marks.get(versions.prefix(each.version).resolve(), "")
        print(f"{each.version}  {each.installed_at:%Y-%m-%d %H:%M}Z  {mark}".rstrip())


@app.command()
def use(version: str, where: Site = Path(), service: Service = None) -> None:
    """Turn to a version; the gateway stands meanwhile, and the databases are copied first. 启用

    \b
    sudo gateway upgrade use 1.1.0 my-site --service smart-community-gateway
    A version that the page brought in is installed first. With --service the service is stopped and started, and the
    version of before comes back when the new one does not start; without, stop and start the gateway yourself.
    Exit code: 0 turned, 3 not (the files of the site do not pass the new version, the gateway runs, no room).
    """
    from datetime import UTC, datetime

    from gateway.upgrade.by_hand import turned
    from gateway.upgrade.held import Shelf
    from gateway.upgrade.switch import back as turn_back
    from gateway.upgrade.switch import switch
    from gateway.upgrade.versions import MARK, Versions, check_with

    settings = _settings(where)
    versions, shelf, now = Versions(settings.upgrade.folder), Shelf(settings.data), datetime.now(UTC)
    held = shelf.held()
    if not (versions.prefix(version) / MARK).exists() and held is not None and held.version == version:
        versions.install(shelf.file, _key(where, settings), now=now)
    if (versions.prefix(version) / "bin").is_dir():
        check_with(versions.prefix(version), where)
    turned(
        service,
        lambda: switch(versions, version, settings.data, running=Path(sys.prefix), now=now),
        lambda: turn_back(versions, settings.data),
    )
    print(
        f"{version}: 已启用，启动网关即可；退回用 gateway upgrade back / in use; start the gateway, or turn back"
    )


@app.command()
def back(where: Site = Path(), service: Service = None) -> None:
    """Turn back to the version before; the gateway stands meanwhile. 退回

    When the newer version has changed the form of the databases, the copies of before take their place again: what was
    recorded since then lies in `upgrade/after-…` of the data folder. Exit code: 0 turned back, 3 not.
    """
    from gateway.upgrade.by_hand import standing_still
    from gateway.upgrade.switch import back as turn_back
    from gateway.upgrade.versions import Versions

    settings = _settings(where)
    done = standing_still(service, lambda: turn_back(Versions(settings.upgrade.folder), settings.data))
    print(f"已退回 / back: {done.prefix}")
    if done.restored:
        print(
            f"数据库是升级前的；之后的记录放在 / databases of before; what came since lies in: {done.aside}"
        )
    else:
        print("数据库没有动 / the databases stay as they are")


@app.command()
def pack(
    wheels: Annotated[Path, typer.Argument(help="A folder with all wheels of one version.")],
    key: Annotated[Path, typer.Option(help="The publisher's private key (PEM, Ed25519).")],
    to: Annotated[Path, typer.Option(help="A folder for the package.")] = Path(),
) -> None:
    """Make the package of a version, signed; for who publishes. 制作升级包

    \b
    openssl genpkey -algorithm ed25519 -out publisher.pem
    openssl pkey -in publisher.pem -pubout -out publisher.pub     the boxes get this one
    pip download --dest wheels smart-community-gateway-1.1.0-py3-none-any.whl
    gateway upgrade pack wheels --key publisher.pem
    """
    from datetime import UTC, datetime

    from gateway.upgrade.bundle import SUFFIX, private_key
    from gateway.upgrade.bundle import pack as make_package

    whole = to / f".package{SUFFIX}"
    manifest = make_package(sorted(wheels.glob("*.whl")), whole, key=private_key(key), now=datetime.now(UTC))
    name = to / f"smart-community-gateway-{manifest.version}{SUFFIX}"
    whole.replace(name)
    print(f"{name}  {name.stat().st_size >> 10} KiB, {len(manifest.wheels)} wheels")


def _settings(where: Path) -> Settings:
    from gateway.config import load_settings

    return load_settings(where / "gateway.yaml" if where.is_dir() or not where.suffix else where)


def _key(where: Path, settings: Settings) -> Ed25519PublicKey:
    from gateway.errors import ConfigError
    from gateway.upgrade.bundle import public_key

    file = settings.upgrade.key_file
    if file is None:
        raise ConfigError(
            [f"{where}: upgrade.key_file is missing: name the publisher's public key / 请写上发布者的公钥"]
        )
    return public_key(settings.site.parent / file)
