"""Reach: what somebody outside must and must not get at the public address, and how what was found is said.

The allowlist here is the one of `deploy/relay/`: tests run the shipped nginx and Caddy configurations against it.
"""

from __future__ import annotations

from typing import Literal

import msgspec

MARKER = "x-gateway"  # header of our pages
PRODUCT = "smart-community-gateway"
PAGES = ("/m", "/report", "/login")
OPEN_PATHS = (*PAGES, "/api/me", "/api/incidents", "/api/public/form", "/in/somebody")
PRIVATE_PATHS = (
    "/duty",
    "/wall",
    "/rules",
    "/api/people",
    "/api/rules",
    "/api/incidents/export",
    "/metrics",
    "/health/ready",
)
CERTIFICATE_DAYS = 14
Grade = Literal["good", "warning", "bad"]

_SAID: dict[str, tuple[Grade, str, str, str, str]] = {
    # code: grade, what was found zh, en, what to do next zh, en
    "no_address": ("warning", "没有设置 reach.public_url：短信和群消息里没有链接", "reach.public_url is not set: messages carry no link",
                   "见 docs/how-to/reach.md，选一种并写入 gateway.yaml", "choose one of docs/how-to/reach.md and write it into gateway.yaml"),
    "estate_only": ("good", "{url} 只在园区内可打开，每条消息都会注明", "{url} opens on the estate's network only, and every message says so", "", ""),
    "unresolved": ("bad", "域名 {host} 解析不了：{why}", "{host} does not resolve: {why}",
                   "在域名服务商处把 {host} 指向中转主机的公网地址", "point {host} to the relay's public address at your domain's provider"),
    "private_address": ("bad", "{host} 指向内网地址 {address}，外面打不开", "{host} points to the private address {address}; nobody outside can open it",
                        "把域名指向中转主机的公网地址", "point it to the relay's public address"),
    "resolved": ("good", "{host} → {address}", "{host} → {address}", "", ""),
    "unreachable": ("bad", "连不上 {host}:{port}：{why}", "cannot connect to {host}:{port}: {why}",
                    "看中转主机是否开机，防火墙是否放行 {port} 端口", "see that the relay runs and its firewall lets port {port} in"),
    "certificate_bad": ("bad", "证书不被信任：{why}", "the certificate is not trusted: {why}",
                        "在中转主机上用 certbot 或 Caddy 申请证书，证书要含 {host}", "get a certificate for {host} on the relay, with certbot or by Caddy"),
    "certificate_ends": ("warning", "证书还有 {days} 天到期", "the certificate ends in {days} days",
                         "看自动续期为什么没有运行：systemctl list-timers", "see why it is not renewed: systemctl list-timers"),
    "certificate_good": ("good", "证书有效，还有 {days} 天", "the certificate is good for {days} more days", "", ""),
    "plain_http": ("bad", "{url} 没有加密", "{url} is not encrypted", "改用 https，见 deploy/relay/README.md", "use https, see deploy/relay/README.md"),
    "no_redirect": ("warning", "http://{host}/m 没有转到 https（{found}）", "http://{host}/m does not lead to https ({found})",
                    "用 deploy/relay/ 里的配置，80 端口只做跳转", "use the files in deploy/relay/: port 80 only redirects"),
    "redirects": ("good", "http 会转到 https", "http leads to https", "", ""),
    "wrong_redirect": ("bad", "{path} 被转到别处 {found}", "{path} leads elsewhere: {found}", "核对 reach.public_url 是否就是最终地址", "see that reach.public_url is the final address"),
    "tunnel_down": ("bad", "中转主机在，但到网关的隧道不通（HTTP {status}）", "the relay answers, but its tunnel to the gateway is down (HTTP {status})",
                    "在网关上看 wg show 或 systemctl status frpc", "look at `wg show` or `systemctl status frpc` on the box"),
    "someone_else": ("bad", "{url} 回答了，但不是本网关（HTTP {status}）", "{url} answers, but it is not this gateway (HTTP {status})",
                     "核对域名和中转主机的配置", "check the name and the relay's configuration"),
    "pages_answer": ("good", "/m 由本网关回答", "/m is answered by this gateway", "", ""),
    "not_passed": ("bad", "{path} 没有放行（HTTP {status}），手机上不能用", "{path} is not let through (HTTP {status}); phones need it",
                   "用 deploy/relay/ 里的放行清单", "use the allowlist in deploy/relay/"),
    "exposed": ("bad", "{path} 从外面可以访问（HTTP {status}），应当拒绝", "{path} can be reached from outside (HTTP {status}) and must not be",
                "用 deploy/relay/ 里的放行清单，其余一律 404", "use the allowlist in deploy/relay/: everything else is 404"),
    "closed": ("good", "内部页面从外面打不开（试了 {count} 处）", "private pages are closed from outside ({count} tried)", "", ""),
}  # fmt: skip


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was found, in both languages, with what to do about it."""

    code: str
    grade: Grade
    text: dict[str, str]
    next: dict[str, str] = {}


def finding(code: str, **facts: object) -> Finding:
    """Return a finding with its sentences filled."""
    grade, zh, en, next_zh, next_en = _SAID[code]
    todo = {"zh": next_zh.format(**facts), "en": next_en.format(**facts)} if next_zh else {}
    return Finding(
        code=code, grade=grade, text={"zh": zh.format(**facts), "en": en.format(**facts)}, next=todo
    )


def judged_open(path: str, status: int, *, ours: bool, location: str, url: str) -> Finding | None:
    """Judge the answer to a path that phones need; None: it is as it should be."""
    if status in {502, 503, 504} and not ours:
        return finding("tunnel_down", status=status)
    if 300 <= status < 400:
        return finding("wrong_redirect", path=path, found=location or f"HTTP {status}")
    if status in {403, 404} and not ours:
        return finding("not_passed", path=path, status=status)
    if not ours or (path in PAGES and status != 200):
        return finding("someone_else", url=url, status=status)
    return None


def judged_private(path: str, status: int, *, ours: bool) -> Finding | None:
    """Judge the answer to a path that nobody outside may reach: only a refusal that is not ours is right."""
    return None if status in {403, 404} and not ours else finding("exposed", path=path, status=status)


def exit_code(findings: list[Finding]) -> int:
    """Return 2 when phones cannot work or something lies open, 1 for warnings, 0 when all is well."""
    grades = {each.grade for each in findings}
    return 2 if "bad" in grades else 1 if "warning" in grades else 0
