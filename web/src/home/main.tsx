import "../look/tokens.css";
import "../look/base.css";
import "./home.css";

import { mount, WithSession } from "../parts/session";
import { commonZh } from "../text/common.zh";
import { homeZh } from "../text/home.zh";
import { startTexts } from "../text/start";
import { Inside } from "./Inside";
import { LinkPage } from "./LinkPage";
import { LoginPage } from "./LoginPage";

const token = window.location.hash.slice(1);
const atLogin = window.location.pathname === "/login";

void startTexts({ common: commonZh, home: homeZh }, async () => {
  const [common, home] = await Promise.all([import("../text/common.en"), import("../text/home.en")]);
  return { common: common.commonEn, home: home.homeEn };
}).then(() =>
  mount(
    atLogin && token ? (
      <LinkPage token={token} />
    ) : atLogin ? (
      <LoginPage />
    ) : (
      <WithSession>
        <Inside />
      </WithSession>
    ),
  ),
);
