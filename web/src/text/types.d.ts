import type { ConsoleTexts, PageTexts } from "../console/texts";
import type { commonZh } from "./common.zh";
import type { dutyZh } from "./duty.zh";
import type { homeZh } from "./home.zh";
import type { mZh } from "./m.zh";
import type { mapZh } from "./map.zh";
import type { seatZh } from "./seat.zh";
import type { reportZh } from "./report.zh";
import type { shiftZh } from "./shift.zh";
import type { wallZh } from "./wall.zh";

// Keys are checked by the compiler: a key that is not in the Chinese texts does not build.
declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "common";
    keySeparator: false;
    nsSeparator: ":";
    // `PageTexts` grows by itself: each page of the console adds its own texts to it
    resources: PageTexts & {
      common: typeof commonZh;
      console: ConsoleTexts;
      duty: typeof dutyZh;
      home: typeof homeZh;
      m: typeof mZh;
      map: typeof mapZh;
      report: typeof reportZh;
      seat: typeof seatZh;
      shift: typeof shiftZh;
      wall: typeof wallZh;
    };
  }
}
