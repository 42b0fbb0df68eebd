import { useTranslation } from "react-i18next";

import { logout } from "../api/gateway";
import { toLogin, useMe } from "../parts/session";
import { LanguageSwitch, SizeSwitch, ThemeSwitch } from "../parts/Switches";
import { say } from "../text/start";
import { Cache } from "./Cache";
import { SoundTest } from "./SoundTest";

export function Settings() {
  const { t } = useTranslation(["m", "common"]);
  const me = useMe();
  return (
    <>
      <section className="card setting">
        <h2>{t("common:size.label")}</h2>
        <SizeSwitch />
      </section>
      <section className="card setting row">
        <h2>{t("settings.language")}</h2>
        <LanguageSwitch />
      </section>
      <section className="card setting row">
        <h2>{t("settings.look")}</h2>
        <ThemeSwitch />
      </section>
      <SoundTest />
      <Cache />
      <section className="card setting">
        <h2>{t("settings.me")}</h2>
        <p>{t("role.line", { name: me.name, site: say(me.site.name) })}</p>
        <button type="button" className="button wide" onClick={() => void logout().finally(toLogin)}>
          {t("common:logout")}
        </button>
      </section>
    </>
  );
}
