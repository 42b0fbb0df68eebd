"""Every error the API can answer with: one catalogue of codes in both languages, one form on the wire.

A code is stable; its sentence may be reworded. `{name}` in a sentence is filled from the facts. What the
response core refuses keeps the core's own code and sentence (`refusals.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, cast

import msgspec
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.refusals import refusal_body
from gateway.errors import ActionRefused, GatewayError, StoreFull
from gateway.evidence.refused import UploadRefused


class Entry(NamedTuple):
    """One error: HTTP status, title and sentence in both languages; `{…}` is filled from the facts."""

    status: int
    title_zh: str
    title_en: str
    zh: str
    en: str


CATALOGUE: dict[str, Entry] = {
    "not_found": Entry(404, "没有找到", "Not found", "没有“{what}”，或者您看不到它。", "There is no {what}, or it is not yours to see."),
    "no_such_page": Entry(404, "没有这个地址", "No such address", "这个地址不存在。", "Nothing answers at this address."),
    "wrong_method": Entry(405, "方法不对", "Wrong method", "这个地址不接受这种请求。", "This address does not take this kind of request."),
    "login_required": Entry(401, "请先登录", "Log in first", "登录已失效或尚未登录。", "There is no session, or it has ended."),
    "token_unknown": Entry(401, "令牌无效", "Token refused", "这个令牌不存在、已过期或已停用，请它的主人在“令牌”页另做一个。", "This token is unknown, has expired or was revoked; its owner makes a new one on the page for tokens."),
    "login_failed": Entry(401, "登录未成功", "Login failed", "姓名或密码不对，或者账户不能登录。", "Name or password is wrong, or the account cannot log in."),
    "link_failed": Entry(401, "链接不能用", "Link refused", "这个链接用过了、过期了或者不完整，请再要一个。", "This link was used, has run out or is incomplete; ask for a new one."),
    "password_required": Entry(422, "请设置密码", "Set a password", "用这个链接登录要先设置密码，至少 10 个字符。", "This link opens an account: send a password of at least 10 characters with it."),
    "password_wrong": Entry(403, "密码不对", "Wrong password", "现在的密码不对。", "The current password is wrong."),
    "forbidden": Entry(403, "没有权限", "Not allowed", "您的角色不能做这件事（{permission}），需要以下角色之一：{roles}。", "Your role may not do this ({permission}); it takes one of these: {roles}."),
    "veiled": Entry(403, "画面已打码", "Veiled", "这份画面里可能有人脸和车牌，要先写明原因才能看清（POST /api/evidence/{sha256}/reveal）；不写原因可以看打码的（/api/evidence/{sha256}/veiled）。", "Faces and plates may be in it: give a reason first (POST /api/evidence/{sha256}/reveal). Without one there is the veiled form of a picture (/api/evidence/{sha256}/veiled)."),
    "csrf": Entry(403, "请求来源不明", "Unknown origin", "请求缺少校验或来自别的网站，请刷新页面再试。", "The request lacks its token or comes from another site; reload the page and try again."),
    "tls_required": Entry(403, "需要加密连接", "Encryption needed", "这里的连接没有加密：从外网或以管理员身份登录要用 https，或者在本机登录。", "This connection is not encrypted: from outside, or as an administrator, use https or the machine itself."),
    "code_required": Entry(401, "需要验证码", "Code needed", "这个账户有第二重验证，请输入身份验证器上的 6 位数字，或一个备用码。", "This account has a second factor: send the six digits of the authenticator app, or a recovery code."),
    "code_wrong": Entry(401, "验证码不对", "Wrong code", "验证码不对，或者已经用过了，请等下一个。", "The code is wrong or was used before; wait for the next one."),
    "code_refused": Entry(422, "验证码不对", "Wrong code", "验证码不对，没有改动任何东西；请看手机时间准不准。", "The code is wrong and nothing was changed; see that the phone's clock is right."),
    "factor_there": Entry(409, "已有第二重验证", "Second factor is there", "这个账户已经有第二重验证，先取消再重新设置。", "This account has a second factor already; remove it first."),
    "person_inactive": Entry(409, "账户已停用", "Account is closed", "“{who}”的账户已停用，先重新启用。", "The account of {who} is closed; open it again first."),
    "no_contact": Entry(404, "没有这个联系方式", "No such contact", "您在“{channel}”上没有联系方式，或者它不能收验证码。", "You have no contact on {channel}, or it cannot take codes."),
    "contact_failed": Entry(409, "验证码没有发出", "The code was not sent", "验证码没有发出去：{why}", "The code could not be sent: {why}"),
    "works_here": Entry(409, "是工作人员", "Works here", "“{who}”是或曾是工作人员，处置记录是凭证，不能删除；请管理员停用账户。", "{who} works or worked here: what they wrote in cases is proof and is not erased. The administrator closes the account."),
    "resident_there": Entry(409, "已有这个人", "Already there", "编号“{who}”已经有人用。", "The reference {who} is taken."),
    "stale_resident": Entry(409, "别人刚改过", "Changed meanwhile", "别人刚改过这个人的资料（版本 {current_version}），请先看看再改。", "Somebody else has just changed this person (version {current_version}); look again first."),
    "token_limit": Entry(409, "令牌太多", "Too many tokens", "您已有 {most} 个有效的令牌，先停用不再用的。", "You have {most} tokens in force; revoke some that are not needed."),
    "session_only": Entry(403, "程序不能做", "Not for programs", "这件事只能由本人登录后做，不能用令牌。", "Only a person who is logged in can do this, not a token."),
    "not_in_scope": Entry(403, "超出令牌范围", "Beyond the token", "这个令牌没有“{permission}”的权限。", "This token does not carry {permission}."),
    "pairing_over": Entry(404, "没有这个配对码", "No such code", "没有大屏在显示这个配对码：请看清六位数字，或者等大屏换新的码。", "No display shows this code: look at the six digits again, or wait for the display's next code."),
    "too_many": Entry(429, "试得太快", "Too many tries", "请过 {wait_s} 秒再试。", "Try again in {wait_s} seconds."),
    "signature_wrong": Entry(401, "签名不对", "Signature wrong", "签名或密钥不对，或者时间差超过五分钟。检查两边的密钥和时钟。", "Signature or secret is wrong, or the time is off by more than five minutes. Check both sides' secret and clock."),
    "cap_refused": Entry(409, "不能生成 CAP", "No CAP message", "这个案件没有可以发布的 CAP 消息：{why}", "There is no CAP message of this case: {why}"),
    "command_not_offered": Entry(409, "设备不支持", "Not offered", "“{device}”不能这样指挥；可以：{offers}。", "{device} does not offer this; it offers: {offers}."),
    "command_unconfirmed": Entry(409, "请再次确认", "Confirm once more", "开门会让人进来：请再次确认要打开“{device}”。", "A door lets somebody in: confirm once more that {device} is to open."),
    "receiver_in_file": Entry(409, "写在文件里", "It stands in the file", "接收方“{name}”写在 gateway.yaml 里，请在那里改，再重启网关。", "Receiver {name} stands in gateway.yaml; change it there and restart the gateway."),
    "shorter_unconfirmed": Entry(409, "会删除数据，请确认", "This deletes, confirm it", "缩短期限会删除：{what}。删了找不回来；看清楚后请确认。", "A shorter time deletes: {what}. Nothing brings it back; look, then confirm."),
    "command_waits": Entry(409, "正在开门", "A door is under way", "“{device}”正在开门；一次只开一扇门，请等它的结果。", "{device} is under way; one door at a time, wait for its outcome."),
    "case_over": Entry(409, "案件已结束", "The case is over", "案件 {number} 已经结束，不能再为它指挥设备。", "Case {number} is over; nothing is asked of devices for it any more."),
    "handover_waits": Entry(409, "已有交班等待接班", "A handover is waiting", "已有一份交班等待接班，先处理那一份。", "A handover waits to be accepted; deal with that one first."),
    "handover_over": Entry(409, "交接班已结束", "The handover is over", "这份交接班已经接收或撤回。", "This handover was accepted or withdrawn already."),
    "handover_own": Entry(409, "不能自己接班", "Not one's own", "交班人不能接自己的班，请接班人登录后确认。", "Who hands over cannot take over; the incoming person has to log in."),
    "handover_taken": Entry(409, "别人正在接班", "Somebody else is taking over", "“{incoming}”正在确认这份交接班。", "{incoming} is confirming this handover."),
    "handover_case": Entry(409, "案件不在交接班里", "Not in the handover", "这些案件不在这份交接班里：{numbers}", "These cases are not part of this handover: {numbers}"),
    "handover_unconfirmed": Entry(409, "还有案件没有确认", "Cases are not confirmed", "接班前要逐件确认未结的紧急、重要案件：{numbers}", "Every open urgent or serious case has to be confirmed first: {numbers}"),
    "handover_not_yours": Entry(409, "不是您的交班", "Not your handover", "只有交班人“{outgoing}”可以撤回。", "Only {outgoing}, who offered it, can take it back."),
    "stale_round": Entry(409, "别人刚改过", "Changed meanwhile", "巡查路线“{id}”刚被改过，请先看看再改。", "The round {id} has just been changed; look again first."),
    "backup_off": Entry(409, "没有设置备份", "Backups are off", "gateway.yaml 没有写备份（backup:），请先写上放哪里和口令文件。", "gateway.yaml says nothing of backups; write backup: with folder and passphrase_file first."),
    "backup_runs": Entry(409, "正在备份", "A backup is under way", "已经有一份备份在做，请等它做完。", "A backup is being made; wait until it is done."),
    "backup_bad": Entry(409, "备份不完好", "The backup is not whole", "这份备份校验没有通过：{why}", "This backup was checked and does not hold: {why}"),
    "upgrade_off": Entry(409, "没有设置发布者的公钥", "No publisher's key", "gateway.yaml 没有写发布者的公钥（upgrade.key_file），升级包验不了，所以不收。", "gateway.yaml names no publisher's key (upgrade.key_file); a package could not be proven, so none is taken."),
    "upgrade_busy": Entry(409, "正在处理升级包", "An upgrade is under way", "正在接收、校验或安装升级包，请等它做完。", "A package is being taken in, proven or installed; wait until that is done."),
    "upgrade_room": Entry(409, "磁盘空间不够", "Not enough room", "要留出 {needed_mb} MB，磁盘只剩 {free_mb} MB；先删旧备份或换大盘。", "{needed_mb} MB have to be free and there are {free_mb} MB; remove old backups or fit a larger disk."),
    "upgrade_foreign": Entry(422, "不是升级包", "Not a package", "这不是网关的升级包（.scgu），或者没有拷完整。没有保存，请重新拷贝。", "This is no package of the gateway (.scgu), or not all of it. Nothing was kept; copy it again."),
    "upgrade_unsigned": Entry(422, "签名不对", "Not signed by the publisher", "签名不是本机信任的发布者的：不要安装，请向发布者核对。没有保存。", "It is not signed by the publisher whose key this box has: do not install it, ask the publisher. Nothing was kept."),
    "upgrade_damaged": Entry(422, "内容和签名不符", "Not what was signed", "升级包的内容和签名清单不符，坏了或被改过。没有保存，请重新拷贝。", "What is in the package is not what was signed: it is damaged or was changed. Nothing was kept; copy it again."),
    "upgrade_older": Entry(422, "不是新版本", "Not a newer version", "升级包是 {version}，现在运行的是 {running}，不比现在的新。没有保存；要退回旧版本请用退回命令。", "The package is {version} and {running} runs: it is not newer. Nothing was kept; the way back has a command of its own."),
    "upgrade_by_hand": Entry(409, "要在机器上安装", "To be installed on the machine", "网关没有权限写版本文件夹（这样更安全），请在机器上执行页面写的那一条命令。", "The gateway may not write where versions lie, which is safer; type the command that the page shows on the machine."),
    "upgrade_failed": Entry(409, "没有做成", "It did not work", "升级包没有收下：{why}", "The package was not taken: {why}"),
    "too_large": Entry(413, "内容太大", "Too large", "最多 {limit_bytes} 字节。", "At most {limit_bytes} bytes."),
    "invalid_input": Entry(422, "内容有误", "Invalid input", "有 {count} 处要改。", "{count} thing(s) to correct."),
    "invalid_rule": Entry(422, "规则有误", "The rule has mistakes", "规则里有 {count} 处要改，没有保存。", "{count} thing(s) to correct in the rule; nothing was saved."),
    "invalid_profile": Entry(422, "内容有误", "The profile has mistakes", "有 {count} 处要改，没有保存，原来的型号照旧。", "{count} thing(s) to correct; nothing was saved, the profiles are as they were."),
    "invalid_site": Entry(422, "内容有误", "The site would have mistakes", "有 {count} 处要改，没有保存。", "{count} thing(s) to correct; nothing was saved."),
    "not_a_table": Entry(422, "表格读不出", "Not a table", "这个文件不能用：{why}", "This file cannot be used: {why}"),
    "place_in_use": Entry(409, "还在使用", "Still in use", "“{what}”里还有 {count} 个设备、住户或地点（{inside}），先移走。", "{count} devices, homes or places are still in {what} ({inside}); move them first."),
    "bad_request": Entry(400, "请求不完整", "Malformed request", "请求不能理解：{why}", "The request cannot be understood: {why}"),
    "bad_picture": Entry(422, "图片不能用", "Picture refused", "这张图片不能用：{why}", "This picture cannot be used: {why}"),
    "bad_voice": Entry(422, "录音不能用", "Voice note refused", "这段录音不能用：{why}", "This voice note cannot be used: {why}"),
    "upload_size": Entry(422, "文件太大", "File too large", "文件有 {size} 字节，最多 {limit_bytes} 字节。", "The file has {size} bytes; at most {limit_bytes} are taken."),
    "upload_chunk": Entry(413, "分块太大", "Chunk too large", "每块最多 {limit_bytes} 字节。", "A chunk has at most {limit_bytes} bytes."),
    "upload_busy": Entry(429, "上传太多", "Too many uploads", "还有 {open} 个文件没有传完，请先传完或过 {wait_s} 秒再试。", "{open} files are still on their way; finish them first or try again in {wait_s} seconds."),
    "upload_damaged": Entry(422, "分块在途中损坏", "Chunk damaged on its way", "这一块和它的校验值不符，没有保存，请从 {offset} 字节处重发。", "This chunk does not fit its checksum and was not kept; send again from byte {offset}."),
    "upload_overrun": Entry(422, "超出文件长度", "Beyond the end", "声明的长度是 {size} 字节，这一块到了 {end} 字节。", "{size} bytes were announced, this chunk ends at byte {end}."),
    "upload_offset": Entry(409, "中间缺了一段", "Something is missing before it", "网关有 {offset} 字节，这一块从 {given} 开始，请从 {offset} 处接着发。", "The gateway has {offset} bytes and this chunk begins at {given}; go on at {offset}."),
    "upload_differs": Entry(409, "与已有内容不同", "Other bytes are there", "这一段和已经收到的内容不同，没有保存；请换一个操作编号重新上传。", "These bytes differ from those that came before and were not kept; begin anew with another key."),
    "upload_incomplete": Entry(409, "还没传完", "Not complete", "共 {size} 字节，只收到 {offset} 字节。", "{offset} of {size} bytes are there."),
    "upload_mismatch": Entry(422, "内容与声明不符", "Not what was announced", "收到的文件和声明的校验值不符，已清除，请从头重发。", "The file does not have the announced hash and was dropped; send it again from the start."),
    "key_required": Entry(422, "缺少操作编号", "Idempotency key missing", "请求头 Idempotency-Key 要有 8–120 个字符，重试时用同一个。", "Send an `Idempotency-Key` header of 8–120 characters, the same one when you try again."),
    "key_reused": Entry(409, "操作编号重复", "Idempotency key reused", "这个操作编号已经用于别的操作。", "This idempotency key belongs to another action."),
    "place_code": Entry(422, "这个码不能用", "Place code refused", "这个二维码已更换或不完整。请扫新贴的码，或者自己选楼栋。", "This code was replaced or is incomplete. Scan the new one, or choose the building yourself."),
    "reports_closed": Entry(403, "暂不接受网上上报", "Reporting is closed", "本小区没有开通扫码上报，请联系{office}。", "This estate does not take reports by this form; please contact {office}."),
    "reports_residents": Entry(403, "请先登录", "Residents only", "本小区要登录后才能上报。没有账户请联系{office}。", "This estate takes reports from residents with an account. Without one, contact {office}."),
    "lobby_code": Entry(403, "口令不对", "Wrong code", "请填公告栏或二维码旁的本月口令（4–6 位数字）。", "Enter this month's code, the 4 to 6 digits on the notice board or beside the code you scanned."),
    "report_ticket": Entry(422, "请再提交一次", "Please send again", "这次没有收下。{said}", "Not taken this time. {said}"),
    "report_pace": Entry(429, "上报太多", "Too many reports", "这里刚才的上报太多，请过 {minutes} 分钟再报。着急的事请打电话给{office}。", "There were many reports from here just now; try again in {minutes} minute(s). If it cannot wait, call {office}."),
    "report_empty": Entry(422, "还没说是什么事", "Nothing said yet", "请写一句话、拍张照片或者录一段语音。", "Write one sentence, take a picture or record your voice."),
    "answer_unknown": Entry(404, "没有这个查询", "No such answer", "这个查询链接不完整，或者已经作废。", "This link is incomplete or no longer valid."),
    "rating_closed": Entry(409, "现在不能评价", "Cannot be rated now", "办结以后才能评价，评价后 7 天内可以修改。", "A report is rated when it is done; a rating can be changed for 7 days."),
    "reopen_closed": Entry(409, "现在不能申请", "Cannot be asked now", "办结后的规定时间内、评价为不满意时才能申请重新处理；过了时间请重新上报。", "This can be asked for while the case may be reopened and your rating is 1 or 2; after that, please report again."),
    "store_full": Entry(503, "存储已满", "Store is full", "磁盘已满或出错，现在不能保存，请告诉管理员。", "The disk is full or failing and nothing can be saved; tell the administrator."),
    "not_ready": Entry(503, "还没准备好", "Not ready", "网关正在启动或停止，请稍候。", "The gateway is starting or stopping; wait a moment."),
    "internal": Entry(500, "内部错误", "Internal error", "网关出错了，没有改动任何东西。请把编号 {reference} 告诉管理员。", "Something failed inside and nothing was changed. Tell the administrator the reference {reference}."),
}  # fmt: skip


class ApiError(GatewayError):
    """An answer that is an error of the catalogue; `facts` fill its sentence."""

    def __init__(self, code: str, /, **facts: Any) -> None:
        self.code = code
        self.facts = facts
        super().__init__(code)


class _Facts(dict[str, Any]):
    """Facts as they are said in one language; a fact that is missing shows as a gap instead of breaking the page."""

    def __init__(self, facts: Mapping[str, Any], language: str) -> None:
        super().__init__({name: _said(value, language) for name, value in facts.items()})

    def __missing__(self, key: str) -> str:
        return "…"


def _said(value: Any, language: str) -> Any:
    """Return a fact in one language; several are listed as people list them."""
    if isinstance(value, dict):
        return value.get(language, "")
    if isinstance(value, (list, tuple)):
        return ("、" if language == "zh" else ", ").join(str(_said(each, language)) for each in value)
    return value


def problem(code: str, /, *, headers: Mapping[str, str] | None = None, **facts: Any) -> Response:
    """Return the HTTP response for a code of the catalogue."""
    entry = CATALOGUE[code]
    body = {
        "type": f"/problems/{code}",
        "title": f"{entry.title_zh} / {entry.title_en}",
        "status": entry.status,
        "code": code,
        "detail": {
            "zh": entry.zh.format_map(_Facts(facts, "zh")),
            "en": entry.en.format_map(_Facts(facts, "en")),
        },
        "facts": facts,
    }
    return _respond(body, headers)


def _respond(body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    return Response(
        msgspec.json.encode(body, enc_hook=str),
        status_code=body["status"],
        media_type="application/problem+json",
        headers=dict(headers or {}),
    )


async def on_api_error(_: Request, error: Exception) -> Response:
    """Answer an error of ours; waiting times go into `Retry-After` too."""
    error = cast("ApiError | UploadRefused", error)
    wait = error.facts.get("wait_s")
    return problem(error.code, headers={"Retry-After": str(wait)} if wait else None, **error.facts)


async def on_refused(_: Request, error: Exception) -> Response:
    """Answer what the response core refused, in its own words."""
    refused = cast("ActionRefused", error)
    return _respond(refusal_body(refused.code, str(refused), dict(refused.facts)))


async def on_store_full(_: Request, __: Exception) -> Response:
    """Answer that nothing can be saved now."""
    return problem("store_full")


async def on_invalid(_: Request, error: Exception) -> Response:
    """Answer every mistake in the input at once, each with its path."""
    return invalid(cast("RequestValidationError", error).errors())


def invalid(errors: Sequence[Any]) -> Response:
    """Return 422 with one FieldError per mistake; JSON that cannot be read at all is 400."""
    if any(error["type"] == "json_invalid" for error in errors):
        return problem("bad_request", why="JSON")
    fields = [
        {
            "path": ".".join(str(part) for part in error["loc"]),
            "message": {"zh": _chinese(error), "en": str(error["msg"])},
        }
        for error in errors
    ]
    if any(str(field["path"]).lower() == "header.idempotency-key" for field in fields):
        return problem("key_required", fields=fields)
    return problem("invalid_input", count=len(fields), fields=fields)


async def on_http(_: Request, error: Exception) -> Response:
    """Answer what the web framework itself refuses, in our form."""
    error = cast("HTTPException", error)
    codes = {
        401: "login_required",
        403: "forbidden",
        404: "no_such_page",
        405: "wrong_method",
        413: "too_large",
    }
    code = codes.get(error.status_code, "bad_request")
    named = {"bad_request": "why", "too_large": "limit_bytes"}
    facts = {named[code]: error.detail} if code in named else {}
    return problem(code, headers=error.headers, **facts)


_CHINESE = {
    "missing": "必须填写",
    "extra_forbidden": "没有这个字段",
    "string_too_short": "太短，至少 {min_length} 个字符",
    "string_too_long": "太长，最多 {max_length} 个字符",
    "too_short": "太少，至少 {min_length} 个",
    "too_long": "太多，最多 {max_length} 个",
    "string_pattern_mismatch": "格式不对",
    "string_type": "应为文字",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
    "bool_parsing": "应为是或否",
    "bool_type": "应为是或否",
    "greater_than_equal": "不能小于 {ge}",
    "less_than_equal": "不能大于 {le}",
    "literal_error": "只能是 {expected}",
    "dict_type": "应为对象",
    "list_type": "应为列表",
    "model_attributes_type": "应为对象",
    "timezone_aware": "时间要带时区",
}


def _chinese(error: Mapping[str, Any]) -> str:
    kind = str(error["type"])
    if kind == "string_too_short" and error.get("input") == "":
        kind = "missing"  # an empty field of a form
    text = _CHINESE.get(kind, "时间格式不对" if kind.startswith(("datetime", "date")) else "内容不对")
    return text.format_map(_Facts(error.get("ctx") or {}, "zh"))


HANDLERS: dict[int | type[Exception], Any] = {
    ApiError: on_api_error,
    UploadRefused: on_api_error,
    ActionRefused: on_refused,
    StoreFull: on_store_full,
    RequestValidationError: on_invalid,
    HTTPException: on_http,
}
