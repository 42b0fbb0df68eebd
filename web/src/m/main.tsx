import "../look/tokens.css";
import "../look/base.css";
import "./phone.css";
import "./bars.css";
import "./tasks.css";
import "./task.css";
import "./steps.css";
import "./proof.css";
import "./settings.css";
import "./report.css";

import { mount, WithSession } from "../parts/session";
import { commonZh } from "../text/common.zh";
import { mZh } from "../text/m.zh";
import { startTexts } from "../text/start";
import { Phone } from "./Phone";

void startTexts({ common: commonZh, m: mZh }, async () => {
  const [common, m] = await Promise.all([import("../text/common.en"), import("../text/m.en")]);
  return { common: common.commonEn, m: m.mEn };
}).then(() =>
  mount(
    <WithSession>
      <Phone />
    </WithSession>,
  ),
);
