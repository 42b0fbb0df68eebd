import type { SameKeys } from "../../texts";
import type { text as zh } from "./text.zh";

export const text: SameKeys<typeof zh> = {
  "help.for": "Which points are walked at what hour; the desk sees who was where when, and what was missed.",
  "help.do": "Print the codes of the points and put them up.\nAdd a round: its name, its hours, its points.\nWhoever walks it scans each code, in any order; what is missed is marked in the duty record and told once.",
  "name": "Name",
  "name.en": "English name",
  "starts": "Begins at",
  "starts.hint": "one or more, with blanks between, e.g. 22:00 02:00",
  "minutes": "Minutes it may take",
  "minutes.hint": "5 to 720; later is late or missed.",
  "points": "Points",
  "points.hint": "The ticked ones are checked, in any order.",
  "role": "Who walks",
  "all": "All rounds",
  "codes": "Print the codes",
  "new": "New round",
  "save": "Save the round",
  "saved": "{{name}} is saved",
  "drop": "Walk it no more",
  "drop.text": "It is no longer planned; what was walked stays on record.",
  "gone": "No such round",
  "none": "No rounds yet",
  "none.text": "Add one; it begins today.",
};
