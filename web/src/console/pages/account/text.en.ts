import type { SameKeys } from "../../texts";
import type { text as zh } from "./text.zh";

export const text: SameKeys<typeof zh> = {
  "help.for": "Change your own password, and turn the second step at login on or off.",
  "help.do": "Password: type the present one and the new one. Logins elsewhere end.\nSecond step: type the password, scan the square code with an authenticator app, then type the six digits it shows.\nRecovery codes are shown once: write them down for the day the phone is gone.",
  "who": "Who I am",
  "name": "Name",
  "login": "Login name",
  "roles": "Roles",
  "password": "Change the password",
  "password.current": "Present password",
  "password.new": "New password",
  "password.hint": "10 characters at least; a sentence is easy to remember, and it may be pasted",
  "password.save": "Change it",
  "password.saved": "The password is changed; logins elsewhere have ended",
  "factor": "Second step at login",
  "factor.why": "Login asks for six digits of your phone besides the password: a stolen password alone opens nothing.",
  "factor.on": "On; {{n}} recovery codes left",
  "factor.off": "Off",
  "factor.begin": "Set it up",
  "factor.scan": "Scan this code with an authenticator app, or type the key into it:",
  "factor.qr": "Square code of the second step",
  "factor.code": "The six digits the app shows",
  "factor.confirm": "Turn it on",
  "factor.codes": "Recovery codes, each works once. Write them down now; they are not shown again:",
  "factor.kept": "I have written them down",
  "factor.remove": "Turn it off",
};
