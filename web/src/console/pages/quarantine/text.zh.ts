export const text = {
  "help.for": "网关读不懂的消息都留在这里，一条不丢。修好一处，同一组就都能重新读出来。",
  "help.do": "看每一组的第一句：什么消息、从什么时候起、有几条。\n没登记的设备：点“去添加设备”。\n没有型号认得：点“去说明这种消息”，指着字段说它是什么意思。\n代码没有说明：打开那个型号，加上这个代码。\n修好以后点“重新读”：按当时的时间重算，迟到的不会当成现在报警，每条最多算一次。",
  "lead": "修一处就能一起读出来的消息归成一组，最近来的在前。",
  "none": "没有读不懂的消息。",
  "sum": "{{groups}} 组，{{messages}} 条消息",
  "mend.register": "说话的设备还没有登记。登记后重新读，这些消息就归它。",
  "mend.describe": "没有哪个设备型号读这个主题。说明一次，以后都认得。",
  "mend.correct": "型号认得它，但这种内容还没有说明。",
  "mend.look": "先看看消息内容和原因。",
  "go.register": "去添加设备",
  "go.describe": "去说明这种消息",
  "go.correct": "打开这个型号",
  "go.look": "打开这个型号",
  "topic": "主题",
  "last": "最近一条",
  "kept": "留有原文",
  "kept.of": "{{n}} 条，共 {{all}} 条",
  "code": "原因代码",
  "sample": "最近一条的内容",
  "replay": "重新读 {{n}} 条",
  "outcome.stored": "读出 {{n}} 条，已进入记录和规则",
  "outcome.duplicate": "{{n}} 条以前已经算过，没有重复",
  "outcome.ignored": "{{n}} 条按型号不用记",
  "outcome.unread": "{{n}} 条还是读不懂，继续留着",
  "outcome.gone": "{{n}} 条只有计数，没有留原文",
  "outcome.nothing": "这一组没有可读的消息了",
} as const;

declare module "../../texts" {
  interface PageTexts {
    quarantine: typeof text;
  }
}
