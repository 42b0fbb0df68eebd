export const text = {
  "help.for": "谁在什么时候登录、看了什么、改了什么、导出了什么。没有人能改或删这里的记录。",
  "help.do": "先选时间，再按人、做了什么、对什么来找。\n要证明记录没被改过，点“校验整条链”。\n要带走，点“下载表格”：最后一行写着谁下载的，下载本身也记一条。\n发现不该有的操作，把编号告诉物业经理和系统管理员。",
  "lead": "只有审计员能看。系统管理员不能清除这里的记录。",
  "rows": "审计记录",
  "at": "时间",
  "who": "谁",
  "who.filter": "谁（登录名）",
  "did": "做了什么",
  "about": "对什么",
  "facts": "细节",
  "number": "编号",
  "take": "下载表格",
  "none": "这段时间没有符合条件的记录",
  "group.login": "登录和退出",
  "group.permission": "被拒绝的操作",
  "group.unmask": "查看完整个人信息",
  "group.export": "导出",
  "group.reveal": "查看清晰画面",
  "group.silence": "屏蔽",
  "group.person": "人员和个人信息",
  "group.backup": "备份",
  "group.modes": "布防、演练等状态",
  "whole.text": "每一条记录都带着前一条的校验值，末尾用本机密钥封住。改动、删除、截断都能查出来。",
  "whole.check": "校验整条链",
  "whole.busy": "正在校验…",
  "whole.yes": "完整，没有被改动",
  "whole.no": "记录被改动过",
  "whole.rows": "审计 {{n}} 条，用时 {{ms}} 毫秒",
} as const;

declare module "../../texts" {
  interface PageTexts {
    audit: typeof text;
  }
}
