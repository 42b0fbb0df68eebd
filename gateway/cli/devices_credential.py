"""`gateway devices credential`: what a device is given so that it may push over HTTP; shown once, also while the gateway runs."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from devices.registry import Registry
    from gateway.written import Written

Where = Annotated[Path, typer.Argument(help="The site's folder, or its gateway.yaml. 小区目录")]


def register(app: typer.Typer) -> None:
    """Add the commands."""

    @app.command("credential")
    def credential(
        where: Where,
        device: Annotated[str, typer.Argument(help="A device's id, or the `user` of several. 设备编号")],
        url: Annotated[
            bool, typer.Option("--url", help="A secret in the address, for devices that take no password.")
        ] = False,
        revoke: Annotated[bool, typer.Option("--revoke", help="Take its credential away. 吊销")] = False,
    ) -> None:
        """Give a device what it needs to push over HTTP, and print it once. 生成设备推送凭证

        \b
        gateway devices credential my-site gate-n1         user and password (Digest, or Basic over TLS)
        gateway devices credential my-site gate-n1 --url   an address with a secret in it
        A running gateway knows it within two seconds; an earlier one of the same device ends.
        """
        from gateway.cli.run import read_site
        from gateway.push.issuing import issue, revoke_credential

        written = read_site(where)
        registry = _registry(written)
        if revoke:
            revoke_credential(written.settings.data, device, registry)
            print(f"{device}: 凭证已吊销 / its credential is taken away")
            return
        issued = issue(written.settings.data, device, registry, scheme="url" if url else "password")
        speaker = registry.get(issued.sender)
        name = (speaker.ident or speaker.id) if speaker is not None else ""
        for line in _words(written, issued, name):
            print(line)

    @app.command("credentials")
    def credentials(where: Where) -> None:
        """List which devices have a credential, never what it is. 列出推送凭证"""
        from gateway.cli.run import read_site
        from gateway.push.issuing import issued_credentials

        for each in issued_credentials(read_site(where).settings.data):
            print(f"{each.sender:24} {each.scheme:9} {each.made_at:%Y-%m-%d %H:%M} UTC  {each.made_by}")


def _registry(written: Written) -> Registry:
    """Return the devices of the site file with what was saved on the screens laid over it."""
    from gateway.sealing import site_sealer
    from gateway.sitebook.layers import Layers, site_documents
    from gateway.sitebook.sealed import PeopleSeal
    from gateway.store.beside import write_beside

    data = written.settings.data

    def saved(connection: Any, _: datetime) -> Any:
        return site_documents(connection)

    rows = write_beside(data, saved)
    today = datetime.now(written.site.view.zone).date()
    layers = Layers(written, rows, today=lambda: today, seal=PeopleSeal(site_sealer(data / "secrets")))
    return layers.view.registry


def typed(path: str, name: str) -> str:
    """Return what a person types for a pattern of paths: the device's own name in its place, `…` for what it adds itself."""
    named = re.sub(r"\{device(\.\.\.)?\}", name, path) if name else path
    return re.sub(r"\{[^}]*\}", "…", named)


def _words(written: Written, issued: Any, name: str) -> list[str]:
    push = written.settings.push
    lines = []
    if push is None:
        lines.append(
            "gateway.yaml 里还没有 push 一节，推送入口没有打开 / there is no `push:` in gateway.yaml yet: the door is shut"
        )
    scheme = "https" if push is not None and push.tls_cert is not None else "http"
    base = f"{scheme}://{_host(push)}:{push.port if push is not None else 8090}"
    if issued.scheme == "url":
        base += f"/push/{issued.secret}"
    else:
        lines += [f"用户名 user:     {issued.sender}", f"密码 password:   {issued.secret}"]
    paths = [
        form.pattern.text
        for profile in written.profiles
        for form in profile.forms
        if form.adapter == "http" and profile.id in issued.profiles and form.pattern.text.startswith("/")
    ]
    for path in dict.fromkeys(paths) or ["/…"]:
        lines.append(f"地址 address:    {base}{typed(path, name)}")
    lines.append("只显示这一次，不保存明文 / shown this once, kept only as a hash or sealed")
    return lines


def _host(push: Any) -> str:
    any_address = push is None or push.host in ("0.0.0.0", "::", "127.0.0.1")  # noqa: S104 - compared, not bound
    return "<网关地址 gateway>" if any_address else str(push.host)
