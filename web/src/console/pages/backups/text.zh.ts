export const text = {
  "help.for": "看备份做得怎么样，马上备份一次，校验，下载一份带走，以及怎么恢复。",
  "help.do": "每天看一眼“最近一份”：超过 36 小时，系统健康页会报。\n升级或大改之前，点“立即备份”。\n每月挑一份点“校验”：从头读到尾，逐个文件比对。\n每月下载一份放到别的地方；口令另外保管，没有口令谁也打不开。",
  "lead": "一份备份是一个加密文件：数据库、照片录音、密钥、小区和规则文件。网关照常运行，不用停。",
  "make": "立即备份",
  "running": "正在备份…",
  "begun": "开始备份",
  "failed.now": "没有做成，请稍后再试",
  "failed": "最近一次备份没有做成：",
  "off": "还没有设置备份",
  "off.text": "在 gateway.yaml 里写上放到哪里、口令文件在哪里，然后重启网关。最好放在另一块盘上。",
  "newest": "最近一份",
  "never": "还没有",
  "next": "下一次",
  "folder": "放在",
  "keep": "保留",
  "keep.text": "{{days}} 天、{{weeks}} 周、{{months}} 个月各一份",
  "list": "备份",
  "none": "还没有备份",
  "made": "时间",
  "by": "谁做的",
  "by.itself": "自动",
  "size": "大小",
  "files": "文件数",
  "version": "版本",
  "verified": "校验",
  "verified.yes": "已校验",
  "verified.no": "没有校验",
  "do": "操作",
  "check": "校验",
  "checking": "正在校验…",
  "checked": "完好：每个文件都和清单一致",
  "take": "下载",
  "back": "怎么恢复",
  "back.steps": "在装好同版本或更新版本网关的机器上，把备份文件和口令文件放好。\n执行下面的命令：解开后先全部校验（文件、数据库、记录链、证据），通过了才出现新文件夹，不会覆盖任何东西。\n停掉旧网关，从新文件夹启动，打开系统健康页看一遍。",
} as const;

declare module "../../texts" {
  interface PageTexts {
    backups: typeof text;
  }
}
