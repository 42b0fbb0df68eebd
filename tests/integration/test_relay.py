"""The relay's files, by the real programs where they are installed: what phones need passes, everything else stops there."""

from __future__ import annotations

import re
import shutil
import socket
import ssl
import subprocess
import threading
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from gateway.config import Http, Reach, Settings
from gateway.reach import MARKER, OPEN_PATHS, PRIVATE_PATHS, PRODUCT, exit_code
from gateway.reach_check import check_reach
from tests.integration.servers import wait_until

RELAY = Path(__file__).resolve().parents[2] / "deploy" / "relay"
HOST = "localhost"
NAME = "gate.example.org"


class Box(BaseHTTPRequestHandler):
    """Stands for the gateway: answers everything and remembers what came."""

    seen: list[str]
    forwarded: list[str]

    def do_GET(self) -> None:
        self.seen.append(self.path)
        self.forwarded.append(self.headers.get("X-Forwarded-For", ""))
        page = self.path in {"/m", "/report", "/login"}
        self.send_response(200 if page else 401)
        self.send_header(MARKER, PRODUCT)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def box() -> Iterator[tuple[int, type[Box]]]:
    handler = type("OneBox", (Box,), {"seen": [], "forwarded": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port, handler
    server.shutdown()
    server.server_close()


def certificate(folder: Path, *, days: int = 90) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=days, hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder.mkdir(exist_ok=True)
    cert, private = folder / "cert.pem", folder / "key.pem"
    cert.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return cert, private


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def listening(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def nginx(folder: Path, box_port: int, https: int, http: int) -> list[str]:
    cert, key = certificate(folder)
    text = (RELAY / "nginx" / "gateway-relay.conf").read_text("utf-8")
    text = re.sub(r"listen \[::\]:\d+( ssl)?;", "", text)
    text = text.replace("listen 80;", f"listen 127.0.0.1:{http};")
    text = text.replace("listen 443 ssl;", f"listen 127.0.0.1:{https} ssl;")
    text = text.replace("/etc/letsencrypt/live/gate.example.org/fullchain.pem", str(cert))
    text = text.replace("/etc/letsencrypt/live/gate.example.org/privkey.pem", str(key))
    text = text.replace("10.77.0.2:8080", f"127.0.0.1:{box_port}").replace(NAME, HOST)
    temp = "".join(
        f"{each}_temp_path {folder}/{each};" for each in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{}}\n"
        f"http {{ access_log off; {temp}\n{text}\n}}\n",
        "utf-8",
    )
    return ["nginx", "-e", f"{folder}/error.log", "-p", str(folder), "-c", str(folder / "nginx.conf")]


def caddy(folder: Path, box_port: int, https: int, http: int) -> list[str]:
    cert, key = certificate(folder)
    text = (RELAY / "caddy" / "Caddyfile").read_text("utf-8")
    text = text.replace(f"{NAME} {{", f"https://{HOST}:{https} {{\n\ttls {cert} {key}")
    text = text.replace("10.77.0.2:8080", f"127.0.0.1:{box_port}")
    (folder / "Caddyfile").write_text(
        f"{{\n\tadmin off\n\thttp_port {http}\n\thttps_port {https}\n\tstorage file_system {folder}/store\n\tskip_install_trust\n}}\n{text}",
        "utf-8",
    )
    return ["caddy", "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]


@pytest.mark.parametrize("server", [nginx, caddy], ids=["nginx", "caddy"])
async def test_a_relay_passes_what_phones_need_and_nothing_else(
    tmp_path: Path, box: tuple[int, type[Box]], server: object
) -> None:
    name = server.__name__  # type: ignore[attr-defined]  # one of the two functions above
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed")
    box_port, handler = box
    https, http = free_port(), free_port()
    command = server(tmp_path, box_port, https, http)  # type: ignore[operator]  # one of the two functions above
    trust = ssl.create_default_context(cafile=str(tmp_path / "cert.pem"))
    address = f"https://{HOST}:{https}"
    settings = Settings(http=Http(public_url=address), reach=Reach(mode="relay", public_url=address))
    with (tmp_path / "out").open("wb") as out:
        running = subprocess.Popen(  # noqa: ASYNC220  # it returns at once
            command, stdout=out, stderr=out, env={"HOME": str(tmp_path), "PATH": "/usr/sbin:/usr/bin:/bin"}
        )
    try:
        wait_until(
            lambda: (listening(https) and listening(http)) or running.poll() is not None,
            seconds=60,
            what=f"{name} listens on both ports",
        )
        assert running.poll() is None, (tmp_path / "out").read_text("utf-8")
        found = await check_reach(settings, trust=trust, http_port=http, inside=True)
    finally:
        running.terminate()
        running.wait(10)
    assert {each.code for each in found} == {
        "resolved", "certificate_good", "redirects", "pages_answer", "closed",
    }, [each.text["en"] for each in found]  # fmt: skip
    assert exit_code(found) == 0
    assert set(handler.seen) == set(OPEN_PATHS), "no private path ever reached the box"
    assert not set(handler.seen) & set(PRIVATE_PATHS)
    assert set(handler.forwarded) == {"127.0.0.1"}


@pytest.mark.parametrize("file", ["relay.conf", "box.conf"])
def test_the_wireguard_files_are_read_by_wg_quick(tmp_path: Path, file: str) -> None:
    if shutil.which("wg-quick") is None:
        pytest.skip("wg-quick is not installed")
    copy = tmp_path / "gate.conf"
    copy.write_text((RELAY / "wireguard" / file).read_text("utf-8"), "utf-8")
    copy.chmod(0o600)
    done = subprocess.run(["wg-quick", "strip", str(copy)], capture_output=True, text=True, check=True)
    assert "[Peer]" in done.stdout
    assert "PostUp" not in done.stdout
    allowed = re.findall(r"AllowedIPs = (.+)", done.stdout)
    assert allowed == [{"relay.conf": "10.77.0.2/32", "box.conf": "10.77.0.1/32"}[file]], (
        "one address each way"
    )


def test_frp_ends_on_loopback_over_tls_and_with_a_token() -> None:
    relay = tomllib.loads((RELAY / "frp" / "frps.toml").read_text("utf-8"))
    there = tomllib.loads((RELAY / "frp" / "frpc.toml").read_text("utf-8"))
    assert relay["proxyBindAddr"] == "127.0.0.1"
    assert relay["transport"]["tls"]["force"] is True
    assert there["transport"]["tls"]["enable"] is True
    (proxy,) = there["proxies"]
    assert relay["allowPorts"] == [{"start": proxy["remotePort"], "end": proxy["remotePort"]}]
    assert relay["auth"]["method"] == there["auth"]["method"] == "token"
    assert relay["bindPort"] == there["serverPort"]


def test_the_units_are_whole() -> None:
    for name in ("frpc", "frps"):
        text = (RELAY / "frp" / f"{name}.service").read_text("utf-8")
        assert f"ExecStart=/usr/local/bin/{name} -c /etc/frp/{name}.toml" in text
        assert all(f"[{section}]" in text for section in ("Unit", "Service", "Install"))
