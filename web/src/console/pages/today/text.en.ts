import type { SameKeys } from "../../texts";
import type { text as zh } from "./text.zh";

export const text: SameKeys<typeof zh> = {
  "help.for": "How the estate is doing today at one look: five sentences, four numbers beside yesterday’s, and what waits for somebody. All of it is counted from the gateway’s records, anew every minute.",
  "help.do": "Read the five sentences.\nLook at the four numbers: the arrow compares with yesterday by this time, and with last year where there are records.\nWork through what waits for somebody from the top; the button takes you there.\nA rule is too loud: see what is proposed under “Alarm governance”.",
  "before": "against yesterday by this time:",
  "needs": "What waits for somebody",
  "needs.none": "Nothing waits for anybody",
  "go.urgent": "To the duty desk",
  "go.overdue": "Urge at the duty desk",
  "go.check": "Check and close",
  "go.gaps": "To the roster",
  "go.devices": "See the devices",
  "go.rules": "See what to change",
  "hours": "Alarms in each hour of today",
  "hour": "Hour",
  "alarms": "Alarms",
  "shift": "Load of the shift",
  "time": "Time",
  "window": "in ten minutes",
};
