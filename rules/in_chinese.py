"""Mistakes and warnings of rule files in Chinese: the sentences are English in files and on the command line, and both on pages.

A table of sentence forms: what stands in quotes or is a number goes over as it is. A sentence that is not in it stays English.
"""

from __future__ import annotations

import re

_FORMS: tuple[tuple[str, str], ...] = (
    # mistakes
    (r"'(.+)' is missing", "缺少“{0}”"),
    (r"unknown kind '(.+)'", "没有事件种类“{0}”"),
    (r"unknown key '(.+)'", "没有“{0}”这一项"),
    (r"unknown operator '(.+)'", "没有“{0}”这种判断"),
    (r"unknown calendar '(.+)'", "没有日历“{0}”"),
    (r"unknown language '(.+)', expected zh or en", "没有语言“{0}”，只能是 zh 或 en"),
    (r"unknown root '(.+)' in path '(.+)'", "路径“{1}”不能以“{0}”开头"),
    (r"unknown name '(.+)'", "不认识“{0}”"),
    (r"unknown (\w+) (.+), expected one of (.+)", "{0} 不能是 {1}，只能是 {2}"),
    (r"unknown field '(.+)' for (.+?); it has (.+)", "{1} 没有字段“{0}”，有 {2}"),
    (r"unknown field '(.+)' for (.+?); it has no fields", "{1} 没有字段“{0}”"),
    (r"unknown field '(.+)' for (.+)", "{1} 没有字段“{0}”"),
    (r"unknown field '(.+?)'; it has (.+)", "没有字段“{0}”，有 {1}"),
    (r"unknown field '(.+)'", "没有字段“{0}”"),
    (r"unknown state '(.+?)'(?:; it has .+)?", "设备没有状态“{0}”"),
    (r"the id '(.+)' is already used in (.+)", "编号“{0}”已经用过，在 {1}"),
    (r"the key '(.+)' stands twice in one mapping, first in line (\d+)", "“{0}”写了两次，第一次在第 {1} 行"),
    (r"a code of four digits.*, found (.+)", "应为四位数字的代码，写的是 {0}"),
    (r"expected exactly one of above and below", "above 和 below 只能写一个，并且要写一个"),
    (r"expected exactly one of cron and interval", "cron 和 interval 只能写一个，并且要写一个"),
    (
        r"expected either equal: \[paths\], \[\] for alerts of every device, or behind: true",
        "equal 和 behind 只能写一个，并且要写一个；equal: [] 表示所有设备",
    ),
    (r"expected at least one kind, found an empty list", "至少写一种事件"),
    (r"expected at most (.+), found (.+)", "最多 {0}，写的是 {1}"),
    (r"expected at least (.+), found (.+)", "至少 {0}，写的是 {1}"),
    (r"expected one of (.+), found (.+)", "只能是 {0} 之一，写的是 {1}"),
    (r"expected one of (.+)", "要写 {0} 之一"),
    (r"expected (.+), found (.+)", "应为{0}，写的是 {1}"),
    (r"cannot be used with (\w+): .+", "不能和 {0} 一起用：样本会一直来；去掉 clear，或用 when、after、by"),
    (r"belongs to '(\w+)'; with '(\w+)' write (\w+)", "属于 {0}；用 {1} 时写 {2}"),
    (r"the first stage is entered when detect fires; .+", "第一级在 detect 成立时进入；去掉 when，或在前面再写一级"),
    (r"all and any stand once and not inside each other; write two rules", "all 和 any 只能写一次，不能套着写；写成两条规则"),
    (r"a second ': ' in one line; .+", "一行里有两个“: ”；把后面的文字放进引号"),
    (r"a tab in the indentation; .+", "缩进里有制表符；YAML 用空格缩进"),
    (r"the indentation does not fit the lines above; .+", "缩进和上面对不上；同一层要对齐"),
    (r"not readable as YAML: (.+)", "不是能读的 YAML：{0}"),
    # warnings
    (r"never clears by itself: .+", "不会自己解除：每次都要有人去解除；或写 quiet、after、on"),
    (r"never clears: the condition reads nothing .+", "不会解除：条件里没有随事件变化的内容；比较一个 data 字段，或写 clear"),
    (r"never clears: it comes again .+", "不会解除：还没安静够就又来了；把 quiet 写短，或用 after"),
    (r"ends while still nothing has come; .+", "还没有消息就会结束；去掉 clear，等下一条消息来结束"),
    (r"threshold and clear threshold are both (.+?): .+; write a (lower|higher) (\w+)", "报警值和解除值都是 {0}，会在附近反复响；写一个不同的 {2}"),
    (r"has no note: .+", "没有说明：写清楚为什么有这条规则、该怎么办"),
    (r"has no category: .+", "没有类别：案件会归到“其他”；写一个小区的类别代码"),
    (r"a warning above an alarm .+", "报警之后又是预警，不合常理；把预警放前面，或改成报警"),
    (r"a higher stage has the lower level (L\d); give it at least (L\d)", "更高一级的级别反而低（{0}）；至少写 {1}"),
    (r"unacknowledged never lifts an alert out of warning; use open_for", "unacknowledged 不会把预警升成报警；用 open_for"),
    (r"is entered together with the first stage; .+", "和第一级同时进入；把要求写高，或去掉这一级"),
    (r"looks back more than 7 days: .+", "往回看超过 7 天，占的内存随之增长；把窗口写短"),
    (r"'(.+)' takes ever new values: .+", "“{0}”的取值没有尽头，内存会一直增长；按设备或地点分开，或用 count 的 distinct: {0}"),
    (r"never comes: the scope asks for '(.+)', .+", "永远等不到：范围要求“{0}”，这类事件没有；把它写进 where"),
    (r"'(.+)' is text and never equals the number (.+?); .+", "“{0}”是文字，永远不等于数字 {1}；写成 \"{1}\""),
    (r"'(.+)' never equals (.+?); expected one of (.+)", "“{0}”不会等于 {1}，只能是 {2}"),
    (r"'(.+)' never equals (.+?); it is a (\w+)", "“{0}”不会等于 {1}，类型不同（{2}）"),
    (r"'(.+)' detects exactly what '(.+)' does: .+", "“{0}”和“{1}”判断的完全一样；去掉一条，或把级别合在一条里"),
    (r"'(.+)' opens nothing that '(.+)' has not opened already .+", "“{1}”总是更早报警（要求更松、对象相同、级别不低），“{0}”多余；提高它的级别，或去掉"),
    (r"costs about (\d+) µs for each event, more than (\d+): .+", "每条事件约需 {0} 微秒，超过 {1}；把窗口写短，或改用最近 n 次"),
    (r"remembers about (\d+) KB for each key at one event a minute, more than (\d+): .+", "按每分钟一条估算，每个对象约占 {0} KB，超过 {1}；把窗口写短"),
)  # fmt: skip
_EXPECTED = {
    "a mapping": "若干“名: 值”",
    "text": "文字",
    "a number": "数字",
    "true or false": "true 或 false",
    "an expression as text": "写成文字的条件",
    "a list of stages": "级别的列表",
    "a list of rules": "规则的列表",
    "a list of operators": "判断的列表",
    "a duration longer than zero": "大于零的时长",
}
_EXPECTED_FORMS = (
    (r"a duration such as (.+)", "时长，例如 {0}"),
    (r"a whole number of at least (\d+)", "不小于 {0} 的整数"),
    (r"a kind such as (.+)", "事件种类，例如 {0}"),
    (r"a path such as (.+)", "字段路径，例如 {0}"),
    (r"a list of paths such as (.+)", "字段路径的列表，例如 {0}"),
    (r"a dotted id such as (\S+) .+", "带点的编号，例如 {0}（a-z、0-9、_、-）"),
    (r"exactly one operator \((.+)\)", "恰好一种判断（{0}）"),
    (r"a code of four digits.*", '加引号的四位代码，例如 "0207"'),
    (r"five cron fields such as (.+)", "五段 cron，例如 {0}"),
)
_HINT = re.compile(r"(.*?); did you mean '(.+)'\?(.*)", re.DOTALL)


def in_chinese(message: str) -> str:
    """Say a mistake or warning of a rule file in Chinese; one that is not known stays as it is."""
    hint = _HINT.fullmatch(message)
    if hint is not None:
        return f"{in_chinese(hint[1] + hint[3])}；是不是“{hint[2]}”？"
    for form, chinese in _FORMS:
        found = re.fullmatch(form, message, re.DOTALL)
        if found is not None:
            parts = found.groups()
            if form == r"expected (.+), found (.+)":
                parts = (_expected(parts[0]), parts[1])
            return chinese.format(*parts)
    return message


def _expected(what: str) -> str:
    if what in _EXPECTED:
        return _EXPECTED[what]
    for form, chinese in _EXPECTED_FORMS:
        found = re.fullmatch(form, what, re.DOTALL)
        if found is not None:
            return chinese.format(*found.groups())
    return f" {what}"
