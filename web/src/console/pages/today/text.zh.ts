export const text = {
  "help.for": "一眼看清小区今天怎么样：五句话说情况，四个数字比昨天，再列出等着人处理的事。内容都由网关的记录算出，每分钟更新。",
  "help.do": "先读五句话。\n看四个数字：箭头是和昨天同一时段比，有去年记录时再和去年比。\n从上往下处理“等人处理”的事，按右边的按钮过去。\n觉得某条规则太吵，去“告警治理”看建议怎么改。",
  "before": "比昨天同一时段",
  "needs": "等人处理",
  "needs.none": "没有等着人处理的事",
  "go.urgent": "去值班台",
  "go.overdue": "去值班台催办",
  "go.check": "去核查结案",
  "go.gaps": "去排班",
  "go.devices": "看设备",
  "go.rules": "看怎么改",
  "hours": "今天每小时的报警",
  "hour": "时段",
  "alarms": "报警",
  "shift": "本班负荷",
  "time": "时间",
  "window": "每十分钟几条",
} as const;

declare module "../../texts" {
  interface PageTexts {
    today: typeof text;
  }
}
