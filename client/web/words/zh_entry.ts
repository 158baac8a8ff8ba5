/** 中文：登录页与账号。 */
import type { Translated } from "./catalogue.ts";
import type { enEntry } from "./en_entry.ts";

/** 文字。 */
export const zhEntry: Translated<typeof enEntry> = {
  product: "Switchboard",
  tagline: "一台总机，接通八方。",

  signIn: "登录",
  signInLead: "欢迎回来。",
  signInName: "用户名、昵称或邮箱",
  otherWays: "其他登录方式",
  password: "密码",
  showPassword: "显示密码",
  hidePassword: "隐藏密码",
  forgotPassword: "忘记密码？",
  signOut: "退出登录",
  register: "注册账号",
  registerLead: "用户名用来登录，昵称给大家看。",
  username: "用户名",
  nickname: "昵称",
  nicknameHint: "别人看到的名字，不填就用用户名。",
  passwordHint: "至少 8 个字符。",
  email: "邮箱",
  emailHint: "忘记密码时靠它找回。",
  phone: "手机号",
  optional: "选填",
  guest: "以游客身份进入",
  guestLead: "取个昵称就行，不用注册。退出之前，这个昵称归你。",
  enterAsGuest: "进入",
  haveAccount: "已有账号，去登录",
  forgot: "找回密码",
  forgotLead: "验证码会发到账号绑定的邮箱。",
  sendCode: "发送验证码",
  haveCode: "我已收到验证码",
  codeSent: "如果有账号绑定了这个邮箱，验证码很快就到，10 分钟内有效。",
  reset: "设置新密码",
  resetLead: "请输入邮件里的验证码。",
  code: "验证码",
  newPassword: "新密码",
  setPassword: "确定",
  passwordSet: "密码改好了，请用新密码登录。",
  backToSignIn: "返回登录",
  ended: "登录已失效，请重新登录。",
  passwordChanged: "密码已修改，请重新登录。",

  language: "语言",
};
