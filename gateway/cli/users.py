"""`gateway users`: who can log in, and the way back in when nobody can. On the machine itself, also while the gateway runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from gateway.written import Written

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
Where = Annotated[Path, typer.Option("--site", help="The site's folder, or its gateway.yaml. 小区目录")]


@app.command("list")
def list_users(site: Where = Path()) -> None:
    """Print every account: name, roles, whether it is open, has a password, a second factor. 列出账户

    Exit code: 0 printed, 2 mistakes in the configuration, 3 no gateway has run here yet (`gateway run SITE` once first).
    """
    from gateway.links import known_users

    for user in known_users(_written(site).settings.data):
        state = "open 启用" if user.active else "closed 停用"
        login = "password 有密码" if user.password else "no password 无密码"
        factor = " + code 第二重验证" if user.second_factor else ""
        print(f"{user.id:20} {','.join(user.roles):30} {state:12} {login}{factor}")


@app.command()
def add(
    user: Annotated[str, typer.Argument(help="Login name: a-z, 0-9, '.', '_', '-'. 登录名")],
    site: Where = Path(),
    base: Annotated[str | None, typer.Option(help="Address of the pages, if another. 页面地址")] = None,
) -> None:
    """Make an administrator and print a one-time link that sets the password. 增加管理员

    Everybody else is added by an administrator on the page for people, or in the site file.
    Exit code: 0 done, 2 mistakes in name or configuration, 3 no gateway has run here yet (`gateway run SITE` once first).
    """
    from gateway.links import add_user
    from gateway.serve import base_url

    written = _written(site)
    print(add_user(written.settings.data, user, base=base or base_url(written)))


@app.command()
def reset(
    user: Annotated[str, typer.Argument(help="Login name. 登录名")],
    site: Where = Path(),
    base: Annotated[str | None, typer.Option(help="Address of the pages, if another. 页面地址")] = None,
) -> None:
    """Take password and second factor from an account, end its sessions, print a one-time link. 重置登录

    \b
    gateway users reset zhou --site my-site
    For the day on which nobody can log in. Whoever can write the data folder can do this; the audit log says so.
    Exit code: 0 done, 2 mistakes in name or configuration, 3 no gateway has run here yet (`gateway run SITE` once first).
    """
    from gateway.links import reset_user
    from gateway.serve import base_url

    written = _written(site)
    print(reset_user(written.settings.data, user, base=base or base_url(written)))


def _written(where: Path) -> Written:
    from gateway.cli.run import read_site

    return read_site(where)
