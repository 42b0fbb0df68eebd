import "../look/tokens.css";
import "../look/base.css";
import "../home/home.css";
import "./report.css";
import "./pieces.css";
import "./answer.css";

import { mount } from "../parts/session";
import { commonZh } from "../text/common.zh";
import { homeZh } from "../text/home.zh";
import { reportZh } from "../text/report.zh";
import { startTexts } from "../text/start";
import { ReportPage } from "./ReportPage";

void startTexts({ common: commonZh, home: homeZh, report: reportZh }, async () => {
  const [common, home, report] = await Promise.all([import("../text/common.en"), import("../text/home.en"), import("../text/report.en")]);
  return { common: common.commonEn, home: home.homeEn, report: report.reportEn };
}).then(() => mount(<ReportPage />));
