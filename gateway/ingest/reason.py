"""Why there is no connection to the broker, in a sentence for people in both languages."""

from __future__ import annotations

import socket
import ssl

from gateway.ingest.settings import MqttSettings

# MQTT 5 reason codes of CONNACK and DISCONNECT that a person can do something about.
_CODES = {
    132: (
        "broker 不支持 MQTT {version}：把 mqtt.version 改成另一个",
        "the broker does not speak MQTT {version}: set mqtt.version to the other one",
    ),
    133: ("客户端名 {client} 不被接受", "the client id {client} is not accepted"),
    134: (
        "用户名或密码不对：检查 mqtt.user 和密码文件",
        "wrong user name or password: check mqtt.user and the password file",
    ),
    135: (
        "没有权限：检查 broker 的账号与 ACL",
        "not authorised: check the broker's accounts and access list",
    ),
    136: ("broker 暂时不可用", "the broker is not available now"),
    137: ("broker 太忙", "the broker is busy"),
    138: ("账号或地址被禁用", "the account or address is banned"),
    142: (
        "另一个程序用同一个客户端名 {client} 连上了：每台网关要有自己的 mqtt.client_id",
        "another program connected as {client}: every gateway needs a mqtt.client_id of its own",
    ),
    149: ("报文太大，broker 断开了连接", "packet too large: the broker closed the connection"),
}


def refused(code: int, name: str, settings: MqttSettings) -> dict[str, str]:
    """Return why the broker refused or ended the connection; `name` is the protocol's own word."""
    zh, en = _CODES.get(
        code, (f"broker {settings.address} 断开：{name}", f"broker {settings.address} ended it: {name}")
    )
    words = {"version": settings.version, "client": settings.client_id}
    return {"zh": zh.format(**words), "en": en.format(**words)}


def unreachable(error: OSError, settings: MqttSettings) -> dict[str, str]:
    """Return why no connection could be made at all, with the next step."""
    where = settings.address
    if isinstance(error, ConnectionRefusedError):
        return {
            "zh": f"{where} 没有程序在听：broker 启动了吗？",
            "en": f"nothing listens at {where}: has the broker been started?",
        }
    if isinstance(error, socket.gaierror):
        return {
            "zh": f"找不到主机 {settings.host}：检查 mqtt.host",
            "en": f"unknown host {settings.host}: check mqtt.host",
        }
    if isinstance(error, ssl.SSLError):
        return {
            "zh": f"与 {where} 的加密连接失败：{error.reason}",
            "en": f"the encrypted connection to {where} failed: {error.reason}",
        }
    if isinstance(error, TimeoutError):
        return {"zh": f"{where} 没有回应", "en": f"{where} does not answer"}
    return {"zh": f"连不上 {where}：{error}", "en": f"cannot connect to {where}: {error}"}
