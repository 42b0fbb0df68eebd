"""Robots: the three vendors' group robots as servers, with their keys, signatures, limits and error bodies."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.parse import unquote

from tests.fakes.web import Request, Web

JSON = {"content-type": "application/json; charset=utf-8"}


@dataclass
class Robot(Web):
    """One robot. `now` is its clock in seconds; `texts` is what the group reads; `echo` makes it repeat its keys."""

    now: float = 1_772_619_300.0
    texts: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    echo: bool = False
    forced: tuple[int, str] | None = None  # this code and these words, whatever comes

    secrets: ClassVar[tuple[str, ...]] = ()

    def reply(self, request: Request) -> tuple[str, dict[str, str], bytes]:
        if self.echo:
            code, words = 1, f"cannot do {' '.join(self.secrets)} {request.path}"
        elif self.forced is not None:
            code, words = self.forced
        else:
            code, words = self.judge(request)
        body = json.dumps(self.fields(code, words), ensure_ascii=False).encode()
        return "200 OK", JSON, body

    def judge(self, request: Request) -> tuple[int, str]:
        raise NotImplementedError

    def fields(self, code: int, words: str) -> dict[str, Any]:
        return {"errcode": code, "errmsg": words}

    def recent(self, seconds: float) -> int:
        return sum(1 for at in self.times if at > self.now - seconds)

    def take(self, text: str) -> None:
        self.times.append(self.now)
        self.texts.append(text)


@dataclass
class FakeWecom(Robot):
    """企业微信: a wrong key, too long (bytes), more than 20 in a minute."""

    KEY: ClassVar[str] = "693a91f6-7aaa-4bc4-97a0-0ec2sifa5aaa"
    secrets: ClassVar[tuple[str, ...]] = (KEY,)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}/cgi-bin/webhook/send?key={self.KEY}"

    def judge(self, request: Request) -> tuple[int, str]:
        if not request.path.endswith(f"?key={self.KEY}"):
            return (
                93000,
                "invalid webhook url, hint: [1772619300_42_c0ffee], more info at https://open.work.weixin.qq.com/devtool/query?e=93000",
            )
        body = json.loads(request.body)
        form = body["msgtype"]
        text, most = body[form]["content"], {"text": 2048, "markdown": 4096}[form]
        if len(text.encode()) > most:
            return 40058, f"{form}.content exceed max length {most}. invalid Request Parameter"
        if self.recent(60) >= 20:
            return (
                45009,
                "api freq out of limit, hint: [1772619300_7], more info at https://open.work.weixin.qq.com/devtool/query?e=45009",
            )
        self.take(text)
        return 0, "ok"


@dataclass
class FakeDingtalk(Robot):
    """钉钉: token, signature in the query encoded once, keyword, 20,000 bytes, blocked for ten minutes."""

    keyword: str = ""
    signs: bool = True
    blocked_until: float = 0.0

    TOKEN: ClassVar[str] = "7f3c2e9d1b8a4056bb01f6c2aa17d94e7f3c2e9d1b8a4056bb01f6c2aa17d94e"
    SECRET: ClassVar[str] = "SEC0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0"
    secrets: ClassVar[tuple[str, ...]] = (TOKEN, SECRET)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}/robot/send?access_token={self.TOKEN}"

    def judge(self, request: Request) -> tuple[int, str]:
        query = dict(part.split("=", 1) for part in request.path.partition("?")[2].split("&"))
        if query.get("access_token") != self.TOKEN:
            return 300001, "token is not exist"
        text = json.loads(request.body)["text"]["content"]
        if self.signs and not self._signed(query):
            return 310000, "sign not match, more: [https://ding-doc.dingtalk.com/doc#/serverapi2/qf2nxq]"
        if self.keyword and self.keyword not in text:
            return (
                310000,
                "keywords not in content, more: [https://ding-doc.dingtalk.com/doc#/serverapi2/qf2nxq]",
            )
        if len(request.body) > 20_000:
            return 460101, "message too long, exceed 20000 bytes"
        if self.now < self.blocked_until or self.recent(60) >= 20:
            self.blocked_until = max(self.blocked_until, self.now + 600)
            return 130101, "send too fast, exceed 20 times per minute"
        self.take(text)
        return 0, "ok"

    def _signed(self, query: dict[str, str]) -> bool:
        stamp, sent = query.get("timestamp", ""), query.get("sign", "")
        if not re.fullmatch(r"\d{13}", stamp) or abs(int(stamp) / 1000 - self.now) > 3600:
            return False
        key = self.SECRET.encode()
        wanted = base64.b64encode(hmac.digest(key, f"{stamp}\n{self.SECRET}".encode(), "sha256"))
        # Encoded once: what must be encoded is, and decoding once gives base64 again.
        return not set(sent) & set("+/=") and unquote(sent).encode() == wanted


@dataclass
class FakeFeishu(Robot):
    """飞书: its own signature in the body, keyword, 20 KB, 100 a minute."""

    keyword: str = ""
    signs: bool = True

    HOOK: ClassVar[str] = "0a1b2c3d-aaaa-bbbb-cccc-1234567890ab"
    SECRET: ClassVar[str] = "kR7dZq0YtH3mW5xVbN1pLg"
    secrets: ClassVar[tuple[str, ...]] = (HOOK, SECRET)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}/open-apis/bot/v2/hook/{self.HOOK}"

    def fields(self, code: int, words: str) -> dict[str, Any]:
        if code == 0:
            return {"StatusCode": 0, "StatusMessage": "success", "code": 0, "data": {}, "msg": "success"}
        return {"code": code, "data": {}, "msg": words}

    def judge(self, request: Request) -> tuple[int, str]:
        if not request.path.endswith(self.HOOK):
            return 19001, "param invalid: incoming webhook access token invalid"
        body = json.loads(request.body)
        if self.signs and not self._signed(body):
            return 19021, "sign match fail or timestamp is not within one hour from current time"
        text = body["content"]["text"]
        if self.keyword and self.keyword not in text:
            return 19024, "Key Words Not Found"
        if len(request.body) > 20 * 1024:
            return 9499, "Bad Request"
        if self.recent(60) >= 100:
            return 11232, "frequency limited psm[lark.oapi.app_platform_runtime]appID[1500]"
        self.take(text)
        return 0, "success"

    def _signed(self, body: dict[str, Any]) -> bool:
        stamp = str(body.get("timestamp", ""))
        if not re.fullmatch(r"\d{10}", stamp) or abs(int(stamp) - self.now) > 3600:
            return False
        made = hmac.new(f"{stamp}\n{self.SECRET}".encode(), digestmod=hashlib.sha256).digest()
        return bool(body.get("sign") == base64.b64encode(made).decode())
