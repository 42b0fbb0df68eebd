"""Names of the simulated estate, in Chinese and English: places and people. All of them are made up."""

from __future__ import annotations

SITE = {"zh": "幸福里小区（演示）", "en": "Xingfuli Estate (demo)"}
STREET = {"zh": "和平街道", "en": "Heping Street"}
COMMUNITY = {"zh": "幸福里社区", "en": "Xingfuli Community"}
GATES = (
    ("n", "北门", "North Gate"),
    ("s", "南门", "South Gate"),
    ("e", "东门", "East Gate"),
    ("w", "西门", "West Gate"),
    ("school", "学校侧门", "School Side Gate"),
    ("park", "公园侧门", "Park Side Gate"),
    ("market", "市场侧门", "Market Side Gate"),
    ("river", "河边侧门", "Riverside Gate"),
    ("ne", "东北门", "North-east Gate"),
    ("sw", "西南门", "South-west Gate"),
)
CAMERAS = (
    ("wall-e", "东围墙", "East Wall"),
    ("wall-n", "北围墙", "North Wall"),
    ("forecourt", "北门广场", "North Forecourt"),
    ("firelane", "消防通道", "Fire Lane"),
    ("shed", "充电棚", "Charging Shed"),
    ("playground", "儿童乐园", "Playground"),
    ("garage", "地下车库", "Garage"),
    ("lobby", "物业大厅", "Office Lobby"),
)
ZONES = {"plant-room": ("设备间", "Plant Room"), "road": ("园区道路", "Estate Road")}
# id, name, roles, grid number (0: the whole site), skills
PEOPLE: tuple[tuple[str, str, str, int, tuple[str, ...]], ...] = (
    ("zhao", "赵建国", "guard", 0, ()),
    ("qian", "钱志明", "guard", 0, ()),
    ("sun", "孙伟", "guard", 0, ("first_aid",)),
    ("li", "李强", "guard", 0, ()),
    ("gao", "高鹏", "guard", 0, ()),
    ("lin", "林海", "guard", 0, ("first_aid",)),
    ("wang", "王秀兰", "worker", 1, ("mediation",)),
    ("zhou", "周敏", "worker", 1, ("first_aid",)),
    ("wu", "吴芳", "worker", 1, ()),
    ("zheng", "郑涛", "worker", 2, ("electricity",)),
    ("tang", "唐雪", "worker", 2, ("mediation",)),
    ("luo", "罗斌", "worker", 2, ()),
    ("feng", "冯丽华", "leader", 0, ("mediation",)),
    ("cao", "曹明", "leader", 0, ()),
    ("chen", "陈刚", "maintenance", 0, ("lift", "electricity")),
    ("wei", "魏东", "maintenance", 0, ("water", "electricity")),
    ("jiang", "蒋文", "manager", 0, ()),
    ("pan", "潘琳", "manager", 0, ()),
    ("shen", "沈静", "checker", 0, ()),
    ("han", "韩磊", "administrator", 0, ()),
    ("yang", "杨洁", "auditor", 0, ()),
    ("he", "何静", "resident", 0, ()),
)
NOTES: dict[str, tuple[tuple[str, str], ...]] = {
    "true_handled": (
        ("已到现场处理，情况恢复正常", "handled on the spot, back to normal"),
        ("已劝离并登记", "asked to leave, written down"),
        ("已关门并检查闭门器", "door closed, closer checked"),
        ("已联系住户并当面确认", "resident reached and seen in person"),
    ),
    "true_self_cleared": (("到场时已恢复，查看无异常", "was normal again on arrival, nothing found"),),
    "false_device": (("设备误报，已报修", "false alarm of the device, repair ordered"),),
    "false_environment": (("树影/小动物触发，无人", "shadow or animal, nobody there"),),
}
