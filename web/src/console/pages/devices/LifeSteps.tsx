import i18next from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useMe } from "../../../parts/session";
import { useNotices } from "../../../parts/undo";
import { say } from "../../../text/start";
import { Confirm } from "../../parts";
import { type Registered, step } from "./asking";
import { EditDevice } from "./EditDevice";

/** A word of a sentence as it stands on a button. */
const headed = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

type Step = Registered["steps"][number];

/** The buttons of a device's registration: correct it, and the steps of its life that may follow. */
export function LifeSteps({ registered, again }: { registered: Registered; again: () => void }) {
  const { t } = useTranslation("devices");
  const me = useMe();
  const tell = useNotices((notices) => notices.tell);
  const [editing, setEditing] = useState(false);
  const [asked, setAsked] = useState<Step | null>(null);
  const mayEdit = me.permissions.includes("devices.edit");
  const steps = registered.steps.filter((each) => mayEdit || each.step === "claim");
  return (
    <>
      {mayEdit ? (
        <button type="button" className="button main" aria-haspopup="dialog" onClick={() => setEditing(true)}>
          {t("edit")}
        </button>
      ) : null}
      {steps.map((each) => (
        <button key={each.step} type="button" className="button" disabled={each.missing.length > 0} title={each.missing.length > 0 ? t("step.lacks", { what: each.missing.map((one) => t(`lacks.${one as "name"}`)).join(" ") }) : undefined} aria-haspopup="dialog" onClick={() => setAsked(each)}>
          {headed(say(each.name))}
        </button>
      ))}
      {editing ? <EditDevice registered={registered} onDone={again} onClose={() => setEditing(false)} /> : null}
      {asked ? (
        <Confirm
          title={`${headed(say(asked.name))} · ${registered.id}`}
          text={t(`step.${asked.step as "retire"}`)}
          act={headed(say(asked.name))}
          reason="needed"
          send={(reason) => step(registered.id, asked.step, registered.version, reason)}
          onDone={() => {
            tell(() => i18next.t("devices:step.done", { what: say(asked.name) }));
            again();
          }}
          onClose={() => setAsked(null)}
        />
      ) : null}
    </>
  );
}
