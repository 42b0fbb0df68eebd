export const text = {
  "help.for": "安排每天几点巡查哪些点；值班台能看到谁在几点到过、哪里漏了。",
  "help.do": "先打印巡查点的码，贴在现场。\n加一条路线：写名称和开始时间，勾上要到的点。\n巡查的人到点扫码打卡，顺序不限；漏的点在值班台“值班记录”里标出来，并提醒一次。",
  "today": "今天的巡查",
  "today.none": "今天没有安排巡查。",
  "today.good": "走完了",
  "today.bad": "漏 {{n}} 处",
  "today.wait": "还没走完",
  "today.seen": "到过 {{n}}/{{all}} 处",
  "today.missed": "漏的点：",
  "name": "名称",
  "name.en": "英文名称",
  "starts": "每天几点开始",
  "starts.hint": "可以写几个，中间空格，例如 22:00 02:00",
  "minutes": "多少分钟内走完",
  "minutes.hint": "5 到 720 分钟，超过算晚到或漏检。",
  "points": "要到的点",
  "points.hint": "按勾选的点检查，走的顺序不限。",
  "role": "谁来走",
  "all": "所有路线",
  "codes": "打印巡查点的码",
  "new": "新路线",
  "save": "保存路线",
  "saved": "已保存{{name}}",
  "drop": "不再走这条路线",
  "drop.text": "以后不再安排；走过的记录保留。",
  "gone": "没有这条路线",
  "none": "还没有巡查路线",
  "none.text": "加一条，当天就开始。",
} as const;

declare module "../../texts" {
  interface PageTexts {
    patrols: typeof text;
  }
}
