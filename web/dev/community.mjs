// A small made-up community for working on the screens without a gateway. Nothing here is part of the product.
export const both = (zh, en) => ({ zh, en });
export const site = { id: "lijing", name: both("丽景苑", "Lijing Garden"), timezone: "Asia/Shanghai", demo: true };

export const people = {
  "li.na": { name: "李娜", roles: ["guard"] },
  "wang.qiang": { name: "王强", roles: ["worker"] },
  "zhao.min": { name: "赵敏", roles: ["worker"] },
  "sun.hui": { name: "孙慧", roles: ["checker", "manager"] },
  "resident": { name: "周阿姨", roles: ["resident"] },
};

const houses = [
  ["b1", "1号楼", "Building 1", 0.16, 0.2],
  ["b2", "2号楼", "Building 2", 0.42, 0.2],
  ["b3", "3号楼", "Building 3", 0.68, 0.2],
  ["b4", "4号楼", "Building 4", 0.16, 0.55],
  ["b5", "5号楼", "Building 5", 0.42, 0.55],
  ["b6", "6号楼", "Building 6", 0.68, 0.55],
  ["club", "物业楼", "Office", 0.3, 0.86],
];
export const places = {
  tree: houses.map(([id, zh, en]) => ({ id, kind: "building", name: both(zh, en), devices: 12, children: [] })),
  grids: [{ id: "g1", name: both("第一网格", "Grid 1") }],
  plan: {
    svg: "",
    width: 1200,
    height: 900,
    markers: [
      ...houses.map(([id, zh, en, x, y]) => ({ id, kind: "building", name: both(zh, en), x, y })),
      { id: "n", kind: "gate", name: both("北门", "North gate"), x: 0.5, y: 0.04 },
    ],
  },
};

export const states = {
  pending_verify: both("待核实", "to be verified"),
  accepted: both("已立案", "accepted"),
  dispatched: both("已派遣", "dispatched"),
  taken: both("已接单", "taken"),
  on_scene: both("已到场", "on scene"),
  resolved: both("已处置待核查", "resolved, to be checked"),
  closed: both("已结案", "closed"),
  rejected: both("不予立案", "rejected"),
};

// action: [from states, to state, roles, words]
export const actions = {
  accept: [["pending_verify"], "accepted", ["guard", "manager"], both("立案", "accept")],
  reject: [["pending_verify"], "rejected", ["guard", "manager"], both("不予立案", "reject")],
  dispatch: [["pending_verify", "accepted"], "dispatched", ["guard", "manager"], both("派遣", "dispatch")],
  take: [["dispatched"], "taken", ["worker", "guard"], both("接单", "take")],
  refuse: [["dispatched"], "accepted", ["worker"], both("退单", "refuse")],
  arrive: [["taken"], "on_scene", ["worker"], both("到场", "arrive")],
  resolve: [["taken", "on_scene"], "resolved", ["worker"], both("处置完成", "resolve")],
  close: [["resolved"], "closed", ["checker", "manager"], both("核查结案", "check and close")],
  rework: [["resolved"], "dispatched", ["checker", "manager"], both("返工", "send back")],
  recall: [["dispatched", "taken", "on_scene"], "resolved", ["guard", "manager"], both("撤回", "call back")],
  note: [Object.keys(states), null, ["guard", "worker", "checker", "manager"], both("记录", "note")],
  support: [["taken", "on_scene"], null, ["worker"], both("叫支援", "call for support")],
};

export const stories = [
  {
    level: "L1", category: "0101", building: "b3", title: both("5层走廊烟雾", "Smoke in the corridor, floor 5"),
    place: both("3号楼 1单元 5层 走廊", "Building 3, unit 1, floor 5, corridor"),
    why: both("5层走廊烟感在 20 秒内两次报烟雾，浓度 0.31，高于 0.15。", "The smoke detector on floor 5 reported smoke twice within 20 seconds: 0.31, above 0.15."),
    device: both("5层走廊烟感", "Smoke detector, floor 5"), steps: [both("看 5 层走廊画面，确认有没有明火", "Look at the floor 5 corridor for open fire"), both("通知 1 单元住户不要乘电梯", "Tell unit 1 not to use the lift"), both("有明火时打 119，报小区名和楼号", "Open fire: call 119, give estate and building")],
  },
  {
    level: "L2", category: "0205", building: "b1", title: both("北门门禁被强行打开", "North gate forced open"),
    place: both("1号楼 北门", "Building 1, north gate"),
    why: both("北门没有刷卡就被打开，门磁已开 2 分 10 秒。", "The north gate opened without a card and has stood open for 2 min 10 s."),
    device: both("北门门禁", "North gate controller"), steps: [both("看北门画面", "Look at the north gate"), both("派人到场关门", "Send somebody to close it")],
  },
  {
    level: "L3", category: "0206", building: "b5", title: both("车棚门未关超时", "Shed door held open"),
    place: both("5号楼 车棚", "Building 5, bicycle shed"),
    why: both("车棚门开着 16 分钟，超过 15 分钟。", "The shed door has been open for 16 minutes, longer than 15."),
    device: both("车棚门磁", "Shed door contact"), steps: [both("请网格员关门", "Ask the worker to close it")],
  },
  {
    level: "L4", category: "0602", building: "b6", title: both("垃圾桶满了", "Bins are full"),
    place: both("6号楼 东侧投放点", "Building 6, east bins"),
    why: both("居民上报：垃圾桶满了两天没人收。", "A resident says: the bins have been full for two days."),
    device: both("居民上报", "Resident's report"), steps: [both("通知保洁", "Tell the cleaners")],
  },
];
