import type { Bilingual } from "../../api/views";

const word = (zh: string, en: string): Bilingual => ({ zh, en });

/** What the fields of the site's documents are called on the pages: roster, plans, kinds, places, devices, plans of buildings. */
export const FIELD_WORDS: Readonly<Record<string, Bilingual>> = {
  name: word("名称", "Name"), zh: word("中文", "Chinese"), en: word("英文", "English"), aliases: word("别名", "Other names"),
  title: word("标题", "Title"), note: word("备注", "Note"), text: word("内容", "Text"), reason: word("原因", "Reason"),
  state: word("状态", "State"), kind: word("类型", "Kind"), type: word("类型", "Type"), tags: word("标签", "Tags"), about: word("说明", "About"),
  // roster
  shifts: word("班次", "Shifts"), shift: word("班次", "Shift"), overrides: word("临时改动", "Changes for once"), leave: word("请假", "Leave"),
  people: word("人员", "People"), person: word("人员", "Person"), role: word("岗位", "Role"), roles: word("角色", "Roles"), from: word("开始", "Begins"), to: word("结束", "Ends"),
  days: word("哪几天", "Days"), rotation: word("轮换班组", "Teams in turn"), start: word("轮换从哪天起", "Turns begin"), turn_days: word("几天一轮", "Days a turn"),
  grid: word("网格", "Grid"), grids: word("网格", "Grids"), add: word("加上", "Added"), remove: word("去掉", "Taken out"),
  // plans
  checklist: word("步骤", "Steps"), ladder: word("逐级通知", "Who is told next"), wait: word("等多久", "Wait"), channels: word("渠道", "Channels"),
  loops: word("重复几遍", "Repeats"), loop_every: word("隔多久重复", "Repeat after"), need_acks: word("要几个人接单", "How many must take it"),
  commands: word("设备指令", "Device commands"), agency: word("外部单位", "Agency"), number: word("号码", "Number"), who: word("通知谁", "Who is told"),
  // kinds of cases
  level: word("等级", "Level"), plan: word("预案", "Response plan"), responders: word("谁先去", "Who goes first"), take: word("接单时限", "Time to take"),
  arrive: word("到场时限", "Time to arrive"), resolve: word("办结时限", "Time to resolve"), ends_at: word("在哪一级办结", "Ends at"),
  filing: word("立案条件", "When it is filed"), closing: word("结案条件", "When it is closed"), next: word("下一步", "Next"), photo: word("要拍照", "Photo needed"),
  auto_accept: word("自动立案", "Accepted at once"), retired: word("停用", "Retired"), category: word("案件类型", "Kind of case"),
  // places and devices
  place: word("位置", "Place"), places: word("位置", "Places"), devices: word("设备", "Devices"), buildings: word("楼栋", "Buildings"), building: word("楼栋", "Building"),
  unit: word("单元", "Unit"), floor: word("楼层", "Floor"), room: word("房间", "Room"), zone: word("区域", "Zone"), care: word("需要关照", "Care"),
  profile: word("设备型号", "Device model"), ident: word("设备自报的编号", "How it calls itself"), parent: word("接在哪里", "Hangs on"), user: word("推送账户", "Sender"),
  // drawings
  picture: word("图片", "Picture"), width: word("图宽", "Width"), height: word("图高", "Height"),
};
