"""The command line: `gateway --help` teaches, errors are sentences, exit codes mean something.

0 done · 1 the thing checked has errors · 2 wrong input or configuration · 3 could not run (port, broker, disk).
Each command is one file here and is imported only when it is called: a start must be fast on a small box.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module

import typer

from gateway import __version__
from gateway.errors import ConfigError, GatewayError

# name -> what it is for; the file gateway/cli/<name>.py holds `app` (a group) or `register(app)` (one command).
COMMANDS = {
    "run": "Run the gateway of a real site. 运行网关",
    "demo": "Open a living simulated community, nothing else needed. 打开模拟小区",
    "links": "Print fresh one-time login links, also while the gateway runs. 登录链接",
    "users": "Who can log in; the way back in when nobody can. 账户",
    "init": "Write the files of a new site. 建立新小区的配置",
    "check": "Check configuration, site, rules and profiles: every mistake at once. 检查配置",
    "rules": "Check rules, run them over a timeline or over the past. 规则检查、试运行与历史回放",
    "places": "Print the codes that residents scan to report. 打印扫码上报的二维码",
    "devices": "Decode payloads by hand; list, import, export and label devices. 设备解码与登记",
    "simulate": "Simulated devices against any broker. 模拟设备",
    "vision": "Analyse cameras and clips. 视频分析",
    "cap": "Print a case as a CAP 1.2 message. 输出 CAP 报文",
    "backup": "Make, list and check encrypted backups. 备份",
    "restore": "Bring a site back from a backup into a new folder. 恢复",
    "upgrade": "Install a version beside the running one, turn to it, turn back. 离线升级与退回",
    "verify": "Walk the hash chains of timelines and audit. 校验记录链",
    "version": "Print the version. 版本",
}

HELP = """智慧社区边缘网关 smart-community gateway: gates, lockers, cameras and sensors in; 预警, 报警, 处警 out.

\b
First time?  gateway demo            a simulated community in the browser
A real site: gateway init my-site && gateway check my-site && gateway run my-site
A rule:      gateway rules check my-site/rules
"""


def _stub(app: typer.Typer, name: str, text: str) -> None:
    app.command(name, help=text)(lambda: None)


def build(wanted: str | None) -> typer.Typer:
    """Return the command tree with only the wanted command imported; None imports nothing."""
    app = typer.Typer(
        help=HELP,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    for name, text in COMMANDS.items():
        if name != wanted:
            _stub(app, name, text)
            continue
        module = import_module(f"gateway.cli.{name}")
        if hasattr(module, "register"):
            module.register(app)
        else:
            app.add_typer(module.app, name=name, help=text)
    return app


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; every expected error leaves as a sentence on standard error, never a traceback."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    wanted = next((a for a in arguments if not a.startswith("-")), None)
    if "--version" in arguments[:1]:
        print(__version__)
        return
    app = build(wanted if wanted in COMMANDS else None)
    try:
        app(args=arguments, prog_name="gateway")
    except ConfigError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        sys.exit(2)
    except GatewayError as error:
        print(f"gateway: {error}", file=sys.stderr)
        sys.exit(3)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()  # the reader went away (`| head`); nothing more can be said to it
