"""What is wrong with a profile, in Chinese: each sentence of the loader and what it means.

The screens, the API and the command line all ask this one table.
"""

from __future__ import annotations

import re

from devices.problem import Problem

# What may end any of the sentences.
_ASIDES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"; did you mean '([^']*)'\?$"), "；是不是“{0}”？"),
    (
        re.compile(r"; its own time is not believed beside received (\S+): .*", re.DOTALL),
        "；它自己的时间和 received {0} 对不上，请在样例里用 received 写上收到它的时刻",
    ),
)
_CHINESE: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(form, re.DOTALL), said)
    for form, said in (
        (r"unknown field '(topic\..*)'", "主题里没有 {0}"),
        (
            r"unknown field '(.*?)'(?:; no sample .*)?",
            "样例里没有字段 {0}；加一个带它的样例，确实会有时写进 optional",
        ),
        (r"unknown key '(.*?)'; known here are (.*)", "不认识“{0}”这一项，这里可以写：{1}"),
        (r"unknown key '(.*)'", "不认识“{0}”这一项"),
        (r"no state is set here: .*(\{.*\}).*", "这里没有写状态；在旁边加 fields: {0}，edge 写其中的名称"),
        (r"'(.*)' is missing", "缺少“{0}”"),
        (r"'dedup' is missing.*", "缺少 dedup：列出一周内不会重复的字段，或写 none"),
        (r"'identity' is missing.*", "缺少 identity：事件要说明来自哪台设备"),
        (r"'kinds' is missing", "缺少 kinds"),
        (r"there is no kind '(.*)'", "没有“{0}”这种事件（见 docs/kinds.md）"),
        (r"'(.*)' means nothing here \(at character (\d+)\)", "第 {1} 个字符“{0}”在条件里没有意义"),
        (r"(\S+) has no (\w+) '(.*)'", "{0} 没有 {1} 字段“{2}”（见 docs/kinds.md）"),
        (r"'(.*)' is no path.*", "“{0}”不是路径：以 e.、topic.、headers. 或 query. 开头，没有空格"),
        (r"'(.*)' is none of (.*)", "“{0}”不对，只能是：{1}"),
        (r"'(.*)' is not what this field holds", "这个字段不能是“{0}”"),
        (r"expected either 'topic'.*", "topic（MQTT）和 path（HTTP）要写一个，并且只能写一个"),
        (r"expected either 'payload'.*", "payload 和 base64 要写一个，并且只能写一个"),
        (r"expected either 'match'.*", "要么写 match 和 kinds（一种报文），要么写 messages 列表"),
        (r"expected 'field' .* together", "field（路径）和 equals（值）要一起写"),
        (r"'field' with 'equals' is a 'when'.*", "field 加 equals 就是 when，只能写一种"),
        (r"'otherwise' is a 'when'.*", "when 和 otherwise 只能写一个"),
        (r"expected exactly one of (.*), found (.*)", "{0} 里要写一个，并且只能写一个，现在有 {1}"),
        (r"expected exactly one of (.*)", "{0} 里要写一个，并且只能写一个"),
        (r"expected a name and a revision.*", "编号只能用小写字母、数字和 -，以字母开头，例如 frigate@1"),
        (
            r"expected '(.*)', as in the (?:address|document's name), found '(.*)'",
            "编号应与地址一致：{0}，现在是 {1}",
        ),
        (r"expected a number.*", "应为数字"),
        (r"expected true or false.*", "应为 true 或 false"),
        (r"expected text.*", "应为文字"),
        (r"expected a text, a number.*", "应为文字、数字、true、false，或它们的列表"),
        (r"expected a list.*", "应为列表"),
        (r"expected a mapping from codes.*", "应为从代码到值的对照表"),
        (r"expected a mapping.*", "应为对象"),
        (r"expected a time with its zone.*", "应为带时区的时间"),
        (r"expected plain values.*", "只能是文字、数字、true、false、空、列表和对象，最多 40 层"),
        (r"expected data\.NAME.*", "应为 data.名称、state.名称 或 subject.名称"),
        (r"expected the YAML of a profile", "应为型号的 YAML"),
        (r"no sample has a topic that fits.*", "没有样例的主题对得上；每种报文至少要有一个样例"),
        (r"level '(.*)' is neither.*", "主题里的“{0}”既不是固定文字，也不是整级的 {{名称}}"),
        (r"'(.*)' takes the rest.*", "“{0}”表示后面所有级，只能放在最后"),
        (r"the name '(.*)' stands twice", "名称“{0}”写了两次"),
        (r"a pattern has 1 to 1024 characters", "主题长度为 1 到 1024 个字符"),
        (
            r"nothing is read of it: came from '(.*)' but says (\S+) '(.*)'",
            "这个样例读不出内容：主题说是“{0}”，{1} 却是“{2}”",
        ),
        (r"nothing is read of it: (.*)", "这个样例读不出内容：{0}"),
        (r"cannot be read as (\w+): (.*)", "不能按 {0} 读：{1}"),
        (
            r"sample '(.*)' fails: expected (\d+) results, got (\d+): (.*)",
            "样例“{0}”不通过：expect 写了 {1} 条结果，得到 {2} 条",
        ),
        (
            r"sample '(.*)' fails: result (\d+): (\w+) is (.*), expected (.*)",
            "样例“{0}”不通过：结果 {1} 的 {2} 是 {3}，写的是 {4}",
        ),
        (r"sample '(.*)' fails: (.*)", "样例“{0}”不通过：{1}"),
        (r"profile '(.*)' is already in (.*); choose another name", "编号“{0}”已被 {1} 使用，请换一个"),
        (
            r"'(.*)' reads the same topics as '(.*)' of (.*), and .*",
            "“{0}”与 {2} 的“{1}”读同样的主题，请给其中一个加条件 where",
        ),
        (
            r"write 'profile: (.*)' on a line of its own.*",
            "请单独写一行 profile: {0}：每次保存修订号都会增加",
        ),
        (r"not base64", "不是 base64"),
        (r"the key '(.*)' stands twice.*", "“{0}”写了两次"),
        (r"a tab in the indentation.*", "缩进里有制表符，请用空格"),
        (r"the indentation does not fit.*", "缩进与上面的行对不上"),
        (r"a second ': ' in one line.*", "一行里有两个“: ”，把后面的文字加引号"),
        (r"not readable as YAML: (.*)", "不是能读的 YAML：{0}"),
        (
            r"'(.*)' is neither site, utc nor an offset.*",
            "时区“{0}”不对，应为 site、utc 或 +08:00 这样的偏移",
        ),
        (r"expected a number of bytes.*", "应为字节数"),
        (r"not UTF-8; if the device speaks GBK.*", "不是 UTF-8；设备若用 GBK，型号里要写 encoding: gbk"),
        (r"expected a field's name in quotes.*", "方括号里应为加引号的字段名，或列表里的第几个（从 0 数）"),
    )
)


def in_chinese(message: str) -> str | None:
    """Say a mistake of a profile in Chinese; None where the sentence is not known."""
    for asides, chinese in _ASIDES:
        if (aside := asides.search(message)) is not None:
            said = in_chinese(message[: aside.start()])
            return said and said + chinese.format(aside[1])
    for form, said in _CHINESE:
        if (found := form.fullmatch(message)) is not None:
            return said.format(*found.groups())
    return None


def spoken(problem: Problem) -> str:
    """Return a mistake of a profile as a line of a screen: FILE:LINE: PATH: the sentence in both languages."""
    chinese = in_chinese(problem.message)
    return f"{problem} / {chinese}" if chinese is not None else str(problem)
