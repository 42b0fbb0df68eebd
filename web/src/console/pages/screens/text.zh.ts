export const text = {
  "help.for": "让挂在墙上的大屏不用登录就能显示，并随时停用。",
  "help.do": "在大屏的浏览器里打开本机地址加 /wall，屏上会出现六位配对码。\n在这里点“配对大屏”，输入这六位数字和大屏的名字。\n大屏只能看，不能操作；丢了或不用了就点“停用”，十秒内它会回到配对码。",
  "lead": "大屏打开 /wall 后显示配对码；在这里确认后，它只能看大屏这一页。",
  "table": "已配对的大屏",
  "name": "名字",
  "name.hint": "例如：值班室大屏",
  "code": "配对码",
  "code.hint": "大屏上的六位数字",
  "names": "显示上报居民的姓名",
  "names.hint": "不勾选时，大屏上没有任何居民的姓名和原话；画面从不显示。",
  "pair": "配对大屏",
  "paired": "大屏“{{name}}”已配对",
  "by": "谁配对的",
  "since": "什么时候",
  "until": "有效到",
  "seen": "最近在看",
  "seen.never": "还没看过",
  "shows": "居民姓名",
  "shows.yes": "显示",
  "shows.no": "不显示",
  "state": "状态",
  "works": "在用",
  "over": "已停用",
  "revoke": "停用",
  "revoke.text": "停用后，大屏“{{name}}”会在十秒内回到配对码。",
  "revoked": "大屏已停用",
  "none": "还没有大屏",
  "none.text": "在大屏的浏览器里打开 {{address}}，再回来输入它显示的码。",
} as const;
declare module "../../texts" {
  interface PageTexts {
    screens: typeof text;
  }
}
