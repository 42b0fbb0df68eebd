import { useQuery, useQueryClient } from "@tanstack/react-query";
import i18next from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { freshKey } from "../../../api/idempotency";
import { useMe } from "../../../parts/session";
import { useNotices } from "../../../parts/undo";
import { say } from "../../../text/start";
import { Confirm, StateTag, When } from "../../parts";
import { drill, drills } from "./asking";

/** One marked alarm from this device through everything: desk, phone and back, each step with its seconds. */
export function Drill({ id, name }: { id: string; name: string }) {
  const { t } = useTranslation("devices");
  const me = useMe();
  const queries = useQueryClient();
  const tell = useNotices((notices) => notices.tell);
  const [asked, setAsked] = useState<string | null>(null);
  const found = useQuery({ ...drills, enabled: me.permissions.includes("trials.read") });
  const newest = found.data?.items.find((each) => each.device === id);
  const mayBegin = me.permissions.includes("trials.begin");
  if (!mayBegin && !newest) return null;
  return (
    <section>
      <h2>{t("drill")}</h2>
      <p className="second">{t("drill.text")}</p>
      {mayBegin ? (
        <p className="no-print devices-deed">
          <button type="button" className="button" aria-haspopup="dialog" onClick={() => setAsked(freshKey())}>
            {t("drill.go")}
          </button>
        </p>
      ) : null}
      {newest ? (
        <div className="told devices-drill">
          <p>
            <b>{t("drill.mark")}</b> <When at={newest.at} age /> · {newest.by.name}
          </p>
          <ol className="devices-steps">
            {newest.steps.map((step) => (
              <li key={step.step}>
                <StateTag tone={step.at ? "good" : "wait"}>{step.seconds === null ? t("drill.waiting") : t("drill.after", { n: Math.round(step.seconds) })}</StateTag> {say(step.name)}
                {step.who ? <span className="second"> · {step.who}</span> : null}
              </li>
            ))}
          </ol>
        </div>
      ) : null}
      {asked ? (
        <Confirm
          title={`${t("drill.go")} · ${name}`}
          text={t("drill.sure", { name })}
          act={t("drill.go")}
          reason="none"
          send={() => drill(id, asked)}
          onDone={() => {
            tell(() => i18next.t("devices:drill.begun"));
            void queries.invalidateQueries({ queryKey: ["trials"] });
          }}
          onClose={() => setAsked(null)}
        />
      ) : null}
    </section>
  );
}
