import { useQueryClient } from "@tanstack/react-query";
import i18next from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useMe } from "../../../parts/session";
import { useNotices } from "../../../parts/undo";
import { say } from "../../../text/start";
import { Confirm, StateTag, useDeed } from "../../parts";
import { disable, enable, type Rule } from "./asking";

/** A rule at work or resting, and the press that turns it: resting needs a reason, back to work does not. */
export function OnOff({ rule }: { rule: Pick<Rule, "id" | "name" | "enabled"> }) {
  const { t } = useTranslation("rules");
  const me = useMe();
  const tell = useNotices((notices) => notices.tell);
  const { act, busy } = useDeed();
  const queries = useQueryClient();
  const [asked, setAsked] = useState(false);
  const again = () => void queries.invalidateQueries({ queryKey: ["rules"] });
  const name = say(rule.name);
  const turnOn = () =>
    act(async () => {
      await enable(rule.id, i18next.t("rules:reason.on"));
      tell(() => i18next.t("rules:turned.on", { name }));
      again();
    });
  const word = t(rule.enabled ? "state.on" : "state.off");
  if (!me.permissions.includes("rules.enable")) return <StateTag tone={rule.enabled ? "good" : "off"}>{word}</StateTag>;
  return (
    <>
      <button
        type="button"
        role="switch"
        aria-checked={rule.enabled}
        aria-label={t("switch", { name })}
        className="rules-switch"
        disabled={busy}
        onClick={() => (rule.enabled ? setAsked(true) : void turnOn())}
      >
        <span className="rules-knob" aria-hidden="true" />
        <span>{word}</span>
      </button>
      {asked ? (
        <Confirm
          title={t("turn.off", { name })}
          text={t("turn.off.text")}
          act={t("turn.off.do")}
          reason="needed"
          send={(reason) => disable(rule.id, reason)}
          onDone={() => {
            tell(() => i18next.t("rules:turned.off", { name }), () => void turnOn());
            again();
          }}
          onClose={() => setAsked(false)}
        />
      ) : null}
    </>
  );
}
