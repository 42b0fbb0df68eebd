export const text = {
  "help.for": "改自己的密码，开启或关闭两步验证。",
  "help.do": "改密码：填现在的密码和新密码。改好以后，别处的登录会退出。\n两步验证：先填密码，用手机上的验证器应用扫码，再填它显示的六位数字。\n恢复码只显示一次：抄下来，换手机时用。",
  "who": "我是谁",
  "name": "姓名",
  "login": "登录名",
  "roles": "角色",
  "password": "修改密码",
  "password.current": "现在的密码",
  "password.new": "新密码",
  "password.hint": "至少 10 个字，可以是一句好记的话，可以粘贴",
  "password.save": "改密码",
  "password.saved": "密码已改，别处的登录已退出",
  "factor": "两步验证",
  "factor.why": "登录时除了密码，再要手机上的六位数字。密码泄露了，别人也进不来。",
  "factor.on": "已开启，还剩 {{n}} 个恢复码",
  "factor.off": "没有开启",
  "factor.begin": "开始设置",
  "factor.scan": "用手机上的验证器应用扫这个码，或把密钥输进去：",
  "factor.qr": "两步验证的二维码",
  "factor.code": "应用显示的六位数字",
  "factor.confirm": "确认开启",
  "factor.codes": "恢复码，每个只能用一次。现在抄下来，以后看不到了：",
  "factor.kept": "抄好了",
  "factor.remove": "关闭两步验证",
} as const;

declare module "../../texts" {
  interface PageTexts {
    account: typeof text;
  }
}
