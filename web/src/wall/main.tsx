import "../look/tokens.css";
import "../look/base.css";
import "./wall.css";
import "./wall-parts.css";

import { mount } from "../parts/session";
import { commonZh } from "../text/common.zh";
import { startTexts } from "../text/start";
import { wallZh } from "../text/wall.zh";
import { Door } from "./Door";

void startTexts({ common: commonZh, wall: wallZh }, async () => {
  const [common, wall] = await Promise.all([import("../text/common.en"), import("../text/wall.en")]);
  return { common: common.commonEn, wall: wall.wallEn };
}).then(() => mount(<Door />));
