import "../look/tokens.css";
import "../look/base.css";
import "./counters.css";
import "./lines.css";
import "./case.css";
import "./actions.css";
import "./side.css";
import "./duty.css";
import "./sizes.css";
import "./seat.css";

import { mount, WithSession } from "../parts/session";
import { commonZh } from "../text/common.zh";
import { dutyZh } from "../text/duty.zh";
import { startTexts } from "../text/start";
import { DutyPage } from "./DutyPage";

void startTexts({ common: commonZh, duty: dutyZh }, async () => {
  const [common, duty] = await Promise.all([import("../text/common.en"), import("../text/duty.en")]);
  return { common: common.commonEn, duty: duty.dutyEn };
}).then(() =>
  mount(
    <WithSession>
      <DutyPage />
    </WithSession>,
  ),
);
