export const text = {
  "help.for": "给全小区或一个区域打开演练、检修、布防；到时间自动还原。",
  "help.do": "要演练：找到地点那一行的“演练”，点“打开”，选多久。\n演练期间这个地点的告警照常走流程，每个画面和每条消息都写着【演练】，不发到外面，不进考核。\n要练一次完整的处置，用“全链路测试”，按每一步的时间打分。\n练完点“关闭”；忘了也不要紧，到时间会自动关。",
  "lead": "演练走真实的流程，但不会惊动小区以外的人。",
  "switches": "开关",
  "where": "地点",
  "what": "项目",
  "state": "现在",
  "by": "谁设的",
  "until": "到什么时候",
  "until.hand": "直到有人关闭",
  "switch": "操作",
  "site": "全小区",
  "on": "打开",
  "off": "关闭",
  "turn.on": "打开",
  "turn.off": "关闭",
  "turned.on": "已打开：{{what}}",
  "turned.off": "已关闭：{{what}}",
  "whom": "您可以看，不能切换。需要切换请找值班保安、网格长或物业经理。",
  "flag.drill": "演练",
  "flag.maintenance": "检修",
  "flag.armed": "布防",
  "means.drill": "这个地点的告警都标【演练】：画面和消息上都有，不发到外部平台，不计入报表。真的出事时请先关闭演练。",
  "means.maintenance": "规则会知道这里在检修；检修期间哪些告警不响，由各条规则决定。",
  "means.armed": "只在布防时才报警的规则（如非工作时间进出）开始起作用。",
  "how.long": "多久",
  "how.long.hint": "到时间自动还原，没有人需要记着",
  "hours": "{{n}} 小时",
  "exercise": "全链路测试",
  "exercise.text": "从一个设备发出一条标着【演练】的告警（如烟感、电动车进梯、门被强开），看它经过值班台、派单、手机到处置完，每一步用了几秒。",
  "exercise.go": "去做全链路测试",
} as const;

declare module "../../texts" {
  interface PageTexts {
    drills: typeof text;
  }
}
