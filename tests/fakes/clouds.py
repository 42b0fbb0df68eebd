"""Clouds: Aliyun's and Tencent's telephone services as servers: signatures checked, limits kept, their own errors.

The signatures are computed here from the vendors' descriptions, apart from the code they check.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import parse_qsl

from tests.fakes.web import Request, Web

JSON = {"content-type": "application/json;charset=utf-8"}
Reply = tuple[str, dict[str, str], bytes]


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@dataclass
class Cloud(Web):
    """What both have in common. `now` is the service's clock; `texts` is what telephones got: number and code."""

    now: datetime = datetime(2026, 3, 4, 10, 15, tzinfo=UTC)
    texts: list[str] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)
    echo: bool = False
    forced: tuple[int, str, str] | None = None  # HTTP status, code, words
    states: dict[str, Any] = field(default_factory=dict)  # reference -> how it ended

    secrets: ClassVar[tuple[str, ...]] = ()

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def count(self, number: str, seconds: float) -> int:
        return sum(
            1
            for one in self.sent
            if one["number"] == number and (self.now - one["at"]).total_seconds() < seconds
        )

    def take(self, number: str, code: str, **more: Any) -> str:
        reference = f"{len(self.sent) + 1:09d}^0"
        self.sent.append({"number": number, "code": code, "at": self.now, "reference": reference, **more})
        self.texts.append(f"{number} {code}")
        return reference


@dataclass
class FakeAliyun(Cloud):
    """Dysmsapi and Dyvmsapi: V3 signature, one nonce once, 15 minutes, templates, limits of a number."""

    nonces: set[str] = field(default_factory=set)

    KEY_ID: ClassVar[str] = "LTAI5tExampleExampleExam"
    SECRET: ClassVar[str] = "aliyunExampleSecretOfThirtyChar"
    TEMPLATES: ClassVar[tuple[str, ...]] = ("SMS_154950909", "TTS_10001")
    secrets: ClassVar[tuple[str, ...]] = (SECRET,)

    def reply(self, request: Request) -> Reply:
        if self.echo:
            return self._error(400, "InvalidParameter", f"secret {self.SECRET}")
        if self.forced is not None:
            return self._error(*self.forced)
        wrong = self._unsigned(request)
        if wrong is not None:
            return self._error(400, *wrong)
        query = dict(parse_qsl(request.path.partition("?")[2], keep_blank_values=True))
        action = request.headers["x-acs-action"]
        answers = {
            "SendSms": self._sms,
            "QuerySendDetails": self._sms_state,
            "SingleCallByTts": self._call,
            "QueryCallDetailByCallId": self._call_state,
        }
        return answers[action](query)

    def _error(self, status: int, code: str, words: str) -> Reply:
        fields = {"RequestId": "F655A8D5-B967-440B-8683-DAD6FF8DE990", "Code": code, "Message": words}
        reason = {
            200: "OK",
            400: "Bad Request",
            403: "Forbidden",
            500: "Internal Server Error",
            503: "Service Unavailable",
        }
        return f"{status} {reason[status]}", JSON, json.dumps(fields, ensure_ascii=False).encode()

    def _ok(self, **fields: Any) -> Reply:
        body = {"RequestId": "F655A8D5-B967-440B-8683-DAD6FF8DE990", "Code": "OK", "Message": "OK", **fields}
        return "200 OK", JSON, json.dumps(body, ensure_ascii=False).encode()

    def _unsigned(self, request: Request) -> tuple[str, str] | None:
        found = re.fullmatch(
            r"ACS3-HMAC-SHA256 Credential=([^,]+),SignedHeaders=([^,]+),Signature=([0-9a-f]{64})",
            request.headers.get("authorization", ""),
        )
        if found is None:
            return "MissingAuthorization", "Authorization is mandatory for this action."
        key_id, names, signature = found.groups()
        if key_id != self.KEY_ID:
            return "InvalidAccessKeyId.NotFound", "Specified access key is not found."
        if request.headers["x-acs-content-sha256"] != _sha(request.body):
            return "InvalidContentHash", "the hash of the body does not fit"
        lines = "".join(f"{name}:{request.headers[name]}\n" for name in names.split(";"))
        path, _, query = request.path.partition("?")
        whole = f"POST\n{path}\n{query}\n{lines}\n{names}\n{request.headers['x-acs-content-sha256']}"
        wanted = hmac.digest(
            self.SECRET.encode(), f"ACS3-HMAC-SHA256\n{_sha(whole.encode())}".encode(), "sha256"
        )
        if wanted.hex() != signature:
            return "SignatureDoesNotMatch", "Specified signature is not matched with our calculation."
        at = datetime.strptime(request.headers["x-acs-date"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        if abs((at - self.now).total_seconds()) > 900:
            return "InvalidTimeStamp.Expired", "Specified time stamp or date value is expired."
        nonce = request.headers["x-acs-signature-nonce"]
        if nonce in self.nonces:
            return "SignatureNonceUsed", "Specified signature nonce was used already."
        self.nonces.add(nonce)
        return None

    def _sms(self, query: dict[str, str]) -> Reply:
        if query["TemplateCode"] not in self.TEMPLATES:
            return self._error(200, "isv.SMS_TEMPLATE_ILLEGAL", "模板不合法(不存在或被拉黑)")
        if not re.fullmatch(r"(\+?86)?1\d{10}", query["PhoneNumbers"]):
            return self._error(
                200, "isv.MOBILE_NUMBER_ILLEGAL", f"{query['PhoneNumbers']}invalid mobile number"
            )
        variables = json.loads(query["TemplateParam"])
        if not re.fullmatch(r"\d{4,6}", str(variables.get("code"))) or len(variables) != 1:
            return self._error(200, "isv.TEMPLATE_MISSING_PARAMETERS", "模板变量缺少对应参数值")
        if self.count(query["PhoneNumbers"], 86400) >= 50:
            return self._error(200, "isv.BUSINESS_LIMIT_CONTROL", "触发天级流控Permits:50")
        return self._ok(BizId=self.take(query["PhoneNumbers"], variables["code"]))

    def _sms_state(self, query: dict[str, str]) -> Reply:
        rows = [one for one in self.sent if one["reference"] == query["BizId"]]
        found = [
            {
                "PhoneNum": one["number"],
                "TemplateCode": "SMS_154950909",
                **self.states.get(one["reference"], {"SendStatus": 1}),
            }
            for one in rows
        ]
        return self._ok(TotalCount=len(found), SmsSendDetailDTOs={"SmsSendDetailDTO": found})

    def _call(self, query: dict[str, str]) -> Reply:
        if query["TtsCode"] not in self.TEMPLATES:
            return self._error(200, "isv.TTS_TEMPLATE_ILLEGAL", "TTS模板不合法")
        if len(query["OutId"]) > 15:
            return self._error(200, "isv.OUTID_TOO_LONG", "OutId过长")
        for seconds, most, words in ((60, 1, "分钟"), (3600, 5, "小时"), (86400, 20, "天")):
            if self.count(query["CalledNumber"], seconds) >= most:
                return self._error(200, "isv.BUSINESS_LIMIT_CONTROL", f"触发{words}级流控Permits:{most}")
        spoken = json.loads(query["TtsParam"])["code"]
        return self._ok(CallId=self.take(query["CalledNumber"], spoken.replace(" ", "")))

    def _call_state(self, query: dict[str, str]) -> Reply:
        state = self.states.get(query["CallId"])
        return self._ok(Data=json.dumps(state, ensure_ascii=False) if state else "")


@dataclass
class FakeTencent(Cloud):
    """SMS 2021-01-11: TC3 signature, 5 minutes, one in 30 seconds to a number."""

    ID: ClassVar[str] = "AKIDEXAMPLEEXAMPLEEXAMPLE"
    SECRET: ClassVar[str] = "tencentExampleSecretOfThirtyTwo"
    secrets: ClassVar[tuple[str, ...]] = (SECRET,)

    def reply(self, request: Request) -> Reply:
        if self.echo:
            return self._error("InvalidParameter", f"secret {self.SECRET}")
        if self.forced is not None and not self.forced[1].startswith(
            ("LimitExceeded", "FailedOperation", "InternalError.")
        ):
            return self._error(*self.forced[1:])
        wrong = self._unsigned(request)
        if wrong is not None:
            return self._error(*wrong)
        body = json.loads(request.body)
        if request.headers["x-tc-action"] == "SendSms":
            return self._send(body)
        rows = [
            {"SerialNo": one["reference"], "PhoneNumber": one["number"], **self.states[one["reference"]]}
            for one in self.sent
            if one["number"] == body["PhoneNumber"] and one["reference"] in self.states
        ]
        return self._ok(PullSmsSendStatusSet=rows)

    def _error(self, code: str, words: str) -> Reply:
        return self._ok(Error={"Code": code, "Message": words})

    def _ok(self, **fields: Any) -> Reply:
        body = {"Response": {**fields, "RequestId": "a0aabda6-cf91-4f3e-a81f-9198114a2279"}}
        return "200 OK", JSON, json.dumps(body, ensure_ascii=False).encode()

    def _unsigned(self, request: Request) -> tuple[str, str] | None:
        found = re.fullmatch(
            r"TC3-HMAC-SHA256 Credential=([^/]+)/([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})",
            request.headers.get("authorization", ""),
        )
        if found is None:
            return "AuthFailure.InvalidAuthorization", "Authorization is not valid"
        who, scope, names, signature = found.groups()
        if who != self.ID:
            return "AuthFailure.SecretIdNotFound", "The SecretId is not found."
        stamp = request.headers["x-tc-timestamp"]
        if abs(int(stamp) - self.now.timestamp()) > 300:
            return "AuthFailure.SignatureExpire", "The provided credentials have expired."
        values = {**request.headers, "x-tc-action": request.headers["x-tc-action"].lower()}
        lines = "".join(f"{name}:{values[name]}\n" for name in names.split(";"))
        whole = f"POST\n/\n\n{lines}\n{names}\n{_sha(request.body)}"
        key = f"TC3{self.SECRET}".encode()
        for part in scope.split("/"):
            key = hmac.digest(key, part.encode(), "sha256")
        text = f"TC3-HMAC-SHA256\n{stamp}\n{scope}\n{_sha(whole.encode())}"
        if hmac.digest(key, text.encode(), "sha256").hex() != signature:
            return (
                "AuthFailure.SignatureFailure",
                "The provided credentials could not be validated. Please check your signature is correct.",
            )
        return None

    def _send(self, body: dict[str, Any]) -> Reply:
        (number,), (code,) = body["PhoneNumberSet"], body["TemplateParamSet"]
        number = number if number.startswith("+") else f"+86{number}"
        status = {
            "SerialNo": "",
            "PhoneNumber": number,
            "Fee": 0,
            "SessionContext": body["SessionContext"],
            "IsoCode": "CN",
        }
        refusal = self.forced[1:] if self.forced else None
        if refusal is None and not re.fullmatch(r"\+861\d{10}", number):
            refusal = "InvalidParameterValue.IncorrectPhoneNumber", "invalid phone number"
        if refusal is None and self.count(number, 30) >= 1:
            refusal = (
                "LimitExceeded.PhoneNumberThirtySecondLimit",
                "the number of SMS in 30 seconds is over limit",
            )
        if refusal is not None:
            return self._ok(SendStatusSet=[{**status, "Code": refusal[0], "Message": refusal[1]}])
        reference = self.take(number, code)
        return self._ok(
            SendStatusSet=[
                {**status, "SerialNo": reference, "Fee": 1, "Code": "Ok", "Message": "send success"}
            ]
        )
