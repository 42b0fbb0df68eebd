"""The built web pages: compressed siblings, long caching for hashed names, none for HTML, a nonce for the console."""

from __future__ import annotations

import gzip
import mimetypes
import re
import secrets
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route

from gateway.api.errors import problem
from gateway.api.guard import content_security

PACKAGED = Path(__file__).resolve().parents[1] / "static"
ENTRIES = {
    "/": "index.html", "/login": "index.html", "/duty": "duty.html", "/wall": "wall.html",
    "/m": "m.html", "/report": "report.html",
}  # fmt: skip
_NO_PAGES = frozenset({"api", "health", "assets", "metrics", "problems"})
CONSOLE = "index.html"  # it answers every address that is not listed here: its script reads the rest
NONCE = "%STYLE-NONCE%"  # stands once in that page; every answer has another one in its place
_HASHED = re.compile(r"-[A-Za-z0-9_-]{8,}\.[a-z0-9.]+$")
NOT_BUILT = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>智慧社区网关</title>
<h1>网页部分还没有构建</h1><p>接口已在运行。在源码目录运行 <code>make web</code>，再刷新本页。</p>
<h1 lang="en">The web pages were not built</h1>
<p lang="en">The API is running. Run <code>make web</code> in the source folder, then reload.</p></html>"""


def page_routes(static: Path | None) -> list[Route]:
    """Return the routes of all pages and their files."""
    folder = static or PACKAGED

    # no coroutines: files are read, and now and then unpacked, in a worker thread, never in the event loop
    def page(request: Request) -> Response:
        parts = request.url.path.strip("/").split("/")
        if parts[0] in _NO_PAGES or any(part.startswith(".") for part in parts):
            return problem("no_such_page")
        name = ENTRIES.get("/" + parts[0], CONSOLE)
        if not (folder / CONSOLE).is_file():
            return HTMLResponse(NOT_BUILT, status_code=503, headers={"Cache-Control": "no-store"})
        if name == CONSOLE:
            return _console(folder)
        return _file(request, folder, name) or problem("no_such_page")

    def asset(request: Request) -> Response:
        return _file(request, folder, request.url.path.lstrip("/")) or problem("no_such_page")

    return [
        Route("/assets/{path:path}", asset, include_in_schema=False),
        Route("/{file:str}.{suffix:str}", asset, include_in_schema=False),
        Route("/{path:path}", page, include_in_schema=False),
    ]


def _console(folder: Path) -> Response:
    """Return the console's page. Its widgets write style elements, which only this answer's own nonce lets in."""
    nonce = secrets.token_urlsafe(16)
    text = (folder / CONSOLE).read_text(encoding="utf-8").replace(NONCE, nonce)
    policy = content_security(style_nonce=nonce)
    return HTMLResponse(text, headers={"Cache-Control": "no-cache", "Content-Security-Policy": policy})


def _file(request: Request, folder: Path, name: str) -> Response | None:
    """Return a file below the folder, compressed when the browser takes that, or None."""
    path = (folder / name).resolve()
    packed = path.with_name(path.name + ".gz")
    if not path.is_relative_to(folder.resolve()) or path.suffix == ".gz":
        return None
    if not path.is_file() and not packed.is_file():
        return None
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable" if _HASHED.search(path.name) else "no-cache",
        "Vary": "Accept-Encoding",
    }
    if "gzip" in request.headers.get("accept-encoding", "") and packed.is_file():
        return FileResponse(packed, media_type=kind, headers={**headers, "Content-Encoding": "gzip"})
    if path.is_file():
        return FileResponse(path, media_type=kind, headers=headers)
    return Response(
        gzip.decompress(packed.read_bytes()), media_type=kind, headers=headers
    )  # asked by hand, no browser
