"""Mistakes and warnings of site and settings in Chinese: sentences are English inside, and both where people read them.

A table of sentence forms: names, numbers and what stands in quotes go over as they are. What is not in it is asked of
the rules' own table, then of that of profiles, and what is not there either stays English.
"""

from __future__ import annotations

import re

from devices.problem import Problem
from gateway.profiles import in_chinese as profiles
from rules import in_chinese as rules

_NOUNS = {
    "field": "字段", "part": "部分", "setting": "设置", "role": "角色", "day": "日期写法", "grid": "网格", "person": "人员",
    "plan": "预案", "channel": "通知渠道", "device": "设备", "household": "住户", "calendar": "日历", "kind": "渠道种类",
    "type of device": "设备类型", "device profile": "设备协议", "pack": "规则包",
}  # fmt: skip
_NOUN = "|".join(sorted(_NOUNS, key=len, reverse=True))
_EXPECTED = {
    "a time of day like 08:00": "一天中的时刻，例如 08:00",
    "a day and time like 2026-03-02T08:00": "日期和时间，例如 2026-03-02T08:00",
    "a day like 2026-03-02": "日期，例如 2026-03-02",
    "text": "文字",
    "true or false": "true 或 false",
    "a whole number": "整数",
    "a number": "数字",
    "a list": "列表",
    "a mapping": "若干“名: 值”",
    "the name of a file": "文件名",
    "four digits in quotes": "加引号的四位数字",
    "three digits in quotes": "加引号的三位数字",
    "an address like https://host/path": "https://主机/路径 这样的地址",
}
_LEAST = re.compile(r"(.+), at (least|most) (\S+)")
_FORMS: tuple[tuple[str, str], ...] = (
    (r"unknown field; known are (.+)", "没有这个字段，可用的有 {0}"),
    (r"expected (?:a )?(?:name|words) in zh and en", "要有中文和英文"),
    (r"expected a name, or names in zh and en", "应为一个名称，或者中文和英文名称"),
    (r"nobody on duty as (\S+) in (.+) from (.+) to (.+)", "{2} 至 {3}，{1} 没有人值班（{0}）"),
    (r"'(.+)' is in '(.+)' and '(.+)' at the same time", "“{0}”同时排在“{1}”和“{2}”两个班次"),
    (r"'(.+)' is a grid worker without a grid .+", "网格员“{0}”没有网格，全小区的案件都会找他；请写明网格"),
    (r"'(.+)' is (.+), not (.+)", "“{0}”的角色是 {1}，不是 {2}"),
    (r"nobody of this site is (.+)", "小区里没有人是 {0}，预案通知不到任何人"),
    (r"cases of (\d+) reach nobody: nobody of this site is (.+)", "类别 {0} 的案件通知不到任何人：小区里没有人是 {1}"),
    (r"every rung that cases of (\d+) get is told by channels that need the internet; .+", "类别 {0} 的案件，预案每一级都要靠外网通知；至少一级用断网也能用的渠道（页面、局域网 MQTT），或者不写渠道"),
    (r"'(.+)' lies in '(.+)' already", "“{0}”已属于网格“{1}”"),
    (r"'(.+)' lies in itself: (.+)", "“{0}”绕了一圈属于自己：{1}"),
    (r"'(.+)' is there twice", "“{0}”写了两次"),
    (r"expected a time like (.+), or (\S+) of working time, not '(.*)'", "时间写法应如 {0}，工作时间如 {1}，写的是“{2}”"),
    (r"expected at least one rung with `to`", "预案至少要有一级，写明通知谁（to）"),
    (r"expected a mapping with `to`", "这一级要写成若干“名: 值”，其中有 to"),
    (r"expected at least one role that goes", "至少写一个去处置的角色"),
    (r"expected `people` or `rotation`", "要写 people（固定人员）或 rotation（轮班）"),
    (r"expected a mapping with (.+)", "应为若干“名: 值”：{0}"),
    (r"a rotation needs the first day of its first team, like (.+)", "轮班要写第一组的第一天，例如 {0}"),
    (r"expected 1 or more days, found (.+)", "天数至少为 1，写的是 {0}"),
    (r"an override ends at (.+), before it begins", "调班在 {0} 结束，早于开始"),
    (r"no device of th(?:is|e) site is called '(.+)'", "小区里没有设备“{0}”"),
    (r"'(.+)' means (.+) and (.+)", "“{0}”同时表示 {1} 和 {2}"),
    (r"'(.+)' is not a site's own: items 80 to 99 of a group are", "“{0}”不能自定：每组只有 80 到 99 归小区自定"),
    (r"expected either `device` \(its id\) or `role` .+", "device（设备编号）和 role（现场的设备类型）只能写一个，并且要写一个"),
    (r"expected what is asked of the device, like (.+)", "要写让设备做什么，例如 {0}"),
    (r"expected (-?\d+) or more, not (.+)", "至少为 {0}，写的是 {1}"),
    (r"no built-in rule knows the device type '(.+?)'.*", "没有内置规则用到设备类型“{0}”；只有您自己的规则点名时才有用"),
    (r"put aside, it does not fit the site file: (.+)", "和小区文件不符，暂不采用：{0}"),
    (r"a (\w+) robot writes to a whole group, set group: true", "{0} 机器人发给整个群，请写 group: true"),
    (r"a secret does not stand here: put it in a file of its own and name that as (\S+)", "密钥不能直接写在这里：放进单独的文件，用 {0} 写文件名"),
    (r"(?:unknown setting, expected some of) (.+)", "没有这个设置，可用的有 {0}"),
    (r"is missing, expected the name of a file that holds the secret \(mode 600\)", "没有写：要写存放密钥的文件名（权限 600）"),
    (r"is missing(?:, expected a value)?", "没有写，必须填写"),
    (r"expected the robot's whole address, (.+)", "要写机器人的完整地址，连同最后的密钥；到群里的机器人设置再复制一次"),
    (r"expected https \(http only with allow_private: true\)(?:, not (.+))?", "应为 https 地址（只有写了 allow_private: true 才能用 http）"),
    (r"expected a host and no user or password in the address", "地址里要有主机名，不能有用户名和密码"),
    (r"(\S+): there is no such file; it should hold (.+)", "{0}：没有这个文件；里面应是 {1}"),
    (r"(\S+): this user may not read it(.*)", "{0}：运行网关的用户没有权限读它{1}"),
    (r"(\S+): is a folder, expected a file.*", "{0}：是文件夹，应为文件"),
    (r"(\S+): is empty, expected .+", "{0}：是空的，第一行应是密钥"),
    (r"(\S+): mode (\d+) lets others read it.*", "{0}：权限 {1}，别人也能读；请执行 chmod 600 {0}"),
    (r"reach\.mode (\S+) needs reach\.public_url, an address like (\S+); (?:it is missing|found (.*))", "reach.mode 为 {0} 时要写 reach.public_url，是 {1} 这样的 https 地址"),
    (r"reach\.public_url (\S+) and http\.public_url (\S+) differ; keep one", "reach.public_url（{0}）和 http.public_url（{1}）不一样，只留一个"),
    (r"expected either secret_file .+ or token_file .+", "secret_file（签名）和 token_file（令牌）只能写一个，并且要写一个"),
    (r"no device profile reads it: write one with `(.+)` .+", "没有设备协议读它：写一个带 {0} 的协议"),
    (r"no device of the site speaks for it: add one with `(.+)`, type (\S+)", "小区里没有对应的设备：加一个 {0}，type: {1}"),
    (r"'(.+)' never leaves the site, expected some of (.+)", "“{0}”不出小区，可用的有 {1}"),
    (r"expected a short name: .+, found (.+)", "应为短名称：小写字母开头，a-z、0-9 和 -，最多 40 个字符；写的是 {0}"),
    (r"expected a panel's account: .+, found (.+)", "应为主机账号：3 到 16 位 0-9、A-F，加引号；写的是 {0}"),
    (r"expected a time of day like (\S+), in quotes, found (.+)", "应为一天中的时刻，例如 {0}，加引号；写的是 {1}"),
    (r"'(.+)' stands in gateway\.yaml already; choose another name", "gateway.yaml 里已经有“{0}”，请换一个名称"),
    (r"'(.+)' is there already; choose another name", "已经有“{0}”，请换一个名称"),
    (r"there are (\d+) receivers already; take one away first", "已有 {0} 个接收方，先拿掉一个"),
    (r"expected at least (\d+) characters, found (.*)", "至少 {0} 个字，写的是 {1}"),
    (r"unknown setting '(.+)'", "没有“{0}”这个设置"),
    (r"unknown place '(.+)'", "没有地点“{0}”"),
    (r"this site has no building '(.+?)'(?:, expected some of (.+))?", "小区里没有楼栋“{0}”"),
    (r"this site has no unit '(.+?)'(?:, expected some of (.+))?", "这栋楼没有单元“{0}”"),
    (r"this site has no floor '(.+?)'(?:, expected some of (.+))?", "这里没有楼层“{0}”"),
    (r"this site has no zone '(.+?)'(?:, expected some of (.+))?", "小区里没有区域“{0}”"),
    (r"'(.+)' is no device of this file", "小区里没有设备“{0}”"),
    (r"'(.+)' is no household of this file", "小区里没有住户“{0}”"),
    (r"'(.*)' of profile '(.+)' is the identity of '(.+)' already", "型号“{1}”的标识“{0}”已是设备“{2}”的"),
    (r"no device of the site has this id or `user`, or it is retired", "小区里没有设备用这个编号或 user，或者它已退役"),
    (r"(\d+) is also (.+); choose another one", "端口 {0} 已用于 {1}，请换一个"),
    (r"(\S+) reaches beyond private networks, .+", "{0} 超出内网，而这里没有加密：请写 tls_cert 和 tls_key，或者让本机的代理加密（proxies: [127.0.0.1]）"),
    (r"(\S+) with (\S+) cannot be used: (.+)", "{0} 和 {1} 不能用：{2}"),
    (r"unknown adapter '(.+)'; known are (.+)", "没有“{0}”这种指令方式，可用的有 {1}"),
    (r"'(.+)' cannot be said to this family, only (.+)", "这类设备不能执行“{0}”，只能 {1}"),
    (r"where the controller answers, like (\S+)", "要写控制器的地址，例如 {0}"),
    (r"an account of the controller that may open doors, and no more than that", "要写控制器里只能开门的账号和密码文件"),
    (r"the number of the door in the controller, from 1", "要写控制器里这扇门的编号，从 1 开始"),
    (r"(.+) needs the device's own auto-off timer .+", "{0} 要靠设备自己的自动关闭定时器（Settings → Timer）；设好以后写 ends_itself: true"),
    (r"expected one of (.+), not (.+)", "只能是 {0} 之一，写的是 {1}"),
    (r"expected some of (.+)", "可用的有 {0}"),
)  # fmt: skip
_COMPILED = tuple((re.compile(form, re.DOTALL), chinese) for form, chinese in _FORMS)
_UNKNOWN = re.compile(rf"unknown ({_NOUN}) '(.*?)'(?:, expected (?:one|some) of (.+))?", re.DOTALL)
_NOT = re.compile(r"expected (.+), (?:not|found) (.+)", re.DOTALL)
_HINT = re.compile(r"(.*?); did you mean '(.+)'\?(.*)", re.DOTALL)


def in_chinese(message: str) -> str:
    """Say a mistake or warning in Chinese; one that is not known stays as it is."""
    hint = _HINT.fullmatch(message)
    if hint is not None:
        plain = hint[1] + hint[3]
        said = in_chinese(plain)
        return message if said == plain else f"{said}；是不是“{hint[2]}”？"
    unknown = _UNKNOWN.fullmatch(message)
    if unknown is not None:
        known = f"，可用的有 {unknown[3]}" if unknown[3] else ""
        return f"没有{_NOUNS[unknown[1]]}“{unknown[2]}”{known}"
    for form, chinese in _COMPILED:
        found = form.fullmatch(message)
        if found is not None:
            return chinese.format(*(each or "" for each in found.groups()))
    given = _NOT.fullmatch(message)
    if given is not None and (expected := _expected(given[1])) is not None:
        return f"应为{expected}，写的是 {given[2]}"
    chinese = rules.in_chinese(message)
    return profiles.in_chinese(message) or message if chinese == message else chinese


def both(message: str) -> str:
    """Return a sentence in both languages for a screen of text; alone where there is no Chinese of it."""
    chinese = in_chinese(message)
    return message if chinese == message else f"{message} / {chinese}"


def spoken(problem: Problem) -> str:
    """Return a problem as a line of a screen: FILE:LINE: PATH: the sentence in both languages."""
    return f"{problem.file}:{problem.line}: {problem.path}: {both(problem.message)}"


def _expected(words: str) -> str | None:
    limit = _LEAST.fullmatch(words)
    if limit is not None and (plain := _expected(limit[1])) is not None:
        return f"{plain}，{'至少' if limit[2] == 'least' else '最多'} {limit[3]}"
    return _EXPECTED.get(words)


def hint_in_chinese(near: str) -> str:
    """Return the hint of `nearest` (“; did you mean …”) in Chinese."""
    return near.replace("; did you mean '", "；是不是“").replace("'?", "”？")
