"""Accounts: a Mosquitto configuration in which each connection of the estate has an account and may say only its own.

The access list follows `deploy/mosquitto/community.acl`; passwords are made up anew and stored hashed, as
`mosquitto_passwd` does (PBKDF2 with SHA-512; source: mosquitto_passwd(1)).
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from pathlib import Path

import msgspec

from gateway.simulate.estate import Estate, Thing
from gateway.simulate.hostile import NAME

GATEWAY, METER = "gateway", "meter"
ROUNDS = 101
BRIDGES = {
    "zigbee": ("zigbee2mqtt/#",), "lora": ("application/#",), "frigate": ("frigate/#",), "recorder": ("+/onvif-ej/#",),
}  # fmt: skip


def write_broker(folder: Path, estate: Estate, port: int) -> int:
    """Write mosquitto.conf, estate.acl, estate.passwd and accounts.json; return how many accounts there are."""
    names = [GATEWAY, METER, NAME, *estate.links()]
    words = {name: secrets.token_urlsafe(16) for name in names}
    folder.mkdir(parents=True, exist_ok=True)
    _private(folder / "accounts.json", msgspec.json.encode(words))
    _private(folder / "gateway-password", words[GATEWAY].encode() + b"\n")
    lines = [f"{name}:{_hashed(word)}\n" for name, word in words.items()]
    _private(folder / "estate.passwd", "".join(lines).encode())
    _private(folder / "estate.acl", "".join(f"{line}\n" for line in access_list(estate)).encode())
    where = folder.resolve()
    (folder / "mosquitto.conf").write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous false\n"
        f"password_file {where / 'estate.passwd'}\nacl_file {where / 'estate.acl'}\n"
        "max_inflight_messages 500\nmax_queued_messages 50000\nmessage_size_limit 2097152\n"
        "check_retain_source true\npersistence false\nset_tcp_nodelay true\n",
        "utf-8",
    )
    return len(names)


def access_list(estate: Estate) -> list[str]:
    """Return who may say and hear what, line by line."""
    base = f"sc1/{estate.site}"
    lines = [f"pattern write {base}/%u/{part}" for part in ("e/#", "s/#", "t/#", "a", "r/#")]
    lines += [f"pattern read {base}/%u/{part}" for part in ("k/#", "c/#")]
    lines += [f"user {GATEWAY}", "topic read #", f"topic write {base}/+/k/#", f"topic write {base}/+/c/#"]
    lines += [f"topic readwrite sc1o/{estate.site}/#", f"user {METER}", f"topic read {base}/+/k/#"]
    for link in estate.links():
        topics = BRIDGES.get(link.split("-")[0]) or tuple(_own_topics(estate, link))
        if topics:
            lines += [f"user {link}", *(f"topic write {topic}" for topic in topics)]
    return lines


def _own_topics(estate: Estate, link: str) -> list[str]:
    """Return what one connection may say beside its own part of our namespace."""
    return [topic for thing in estate.things if thing.link == link for topic in _topics(estate, thing)]


def _topics(estate: Estate, thing: Thing) -> tuple[str, ...]:
    if thing.format == "own":
        return () if thing.link == thing.id else (f"sc1/{estate.site}/{thing.id}/#",)
    return {
        "gate": (f"community/{estate.site}/access/{thing.ident}/#",),
        "locker": (f"community/{estate.site}/locker/{thing.ident}/#",),
        "shelly2": (f"{thing.ident}/#",),
        "axis": (f"{thing.ident}/event/#",),
        "tasmota": (f"tele/{thing.ident}/#",),
    }.get(thing.format, ())


def _hashed(word: str) -> str:
    salt = secrets.token_bytes(12)
    found = hashlib.pbkdf2_hmac("sha512", word.encode(), salt, ROUNDS)
    return f"$7${ROUNDS}${base64.b64encode(salt).decode()}${base64.b64encode(found).decode()}"


def _private(path: Path, content: bytes) -> None:
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_bytes(content)
