import { useMutation } from "@tanstack/react-query";
import i18next from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Refusal } from "../api/client";
import { act } from "../api/gateway";
import { underOneKey } from "../api/idempotency";
import type { IncidentDetail } from "../api/views";
import { moment } from "../look/format";
import { Icon } from "../parts/Icon";
import { queries, useMe } from "../parts/session";
import { useNotices } from "../parts/undo";
import { useNow } from "../parts/useNow";
import { useStream } from "../stream/store";
import { currentLanguage, say } from "../text/start";
import { HelpRow } from "./HelpRow";
import { PhotoPart } from "./PhotoPart";
import { RefusePart } from "./RefusePart";
import { Resolve } from "./Resolve";
import { nextStep } from "./steps";

type Sent = "take" | "arrive" | "resolve" | "refuse" | "support" | "reassign";

/** Sends one action for the task; while nobody knows whether it arrived the same words carry the same key, so nothing happens twice. */
function useSending(detail: IncidentDetail) {
  const { tell, warn } = useNotices();
  const { incident } = detail;
  return useMutation({
    mutationFn: async ({ action, fields = {} }: { action: Sent; fields?: Record<string, unknown> }) => ({
      action,
      answer: await underOneKey(JSON.stringify([incident.number, action, fields]), (key) => act(incident.number, action, incident.version, fields, key)),
    }),
    onSuccess: ({ action, answer }) => {
      useStream.setState((stream) => ({
        live: { ...stream.live, incidents: { ...stream.live.incidents, [answer.incident.number]: answer.incident } },
      }));
      void queries.invalidateQueries({ queryKey: ["incident", incident.number] });
      tell(() => i18next.t(`m:done.${action}`));
    },
    onError: (error) => {
      warn(() => (error instanceof Refusal ? say(error.detail) : error.message));
      void queries.invalidateQueries({ queryKey: ["incident", incident.number] });
    },
  });
}

/** One big button for what comes next; below it, smaller, what one may need on the way. */
export function NextStep({ detail }: { detail: IncidentDetail }) {
  const { t } = useTranslation("m");
  const sending = useSending(detail);
  const [refusing, setRefusing] = useState(false);
  const { incident } = detail;
  const step = nextStep(incident);
  const busy = sending.isPending;
  const me = useMe();
  const now = useNow();
  const help = <HelpRow incident={incident} busy={busy} act={(action, fields) => sending.mutate({ action, ...(fields ? { fields } : {}) })} />;
  if (step === null) {
    const words =
      incident.state === "resolved"
        ? t("step.waiting")
        : incident.state === "closed"
          ? t("step.closed", {
              at: moment(incident.closed_at ?? incident.opened_at, me.site.timezone, currentLanguage(), now),
              who: say(incident.checker_name),
              result: say(incident.close_name),
            })
          : t("step.other", { state: say(incident.state_name, currentLanguage()) });
    return (
      <>
        <p className="told">{words}</p>
        <PhotoPart detail={detail} add={false} />
        {incident.closed_at === null ? help : null}
      </>
    );
  }
  return (
    <>
      {step === "resolve" ? (
        <Resolve detail={detail} busy={busy} send={(fields) => sending.mutate({ action: "resolve", fields })} />
      ) : (
        <button type="button" className="button main big" disabled={busy} onClick={() => sending.mutate({ action: step })}>
          {busy ? t("step.working") : t(`step.${step}`)}
        </button>
      )}
      {step === "resolve" ? null : <PhotoPart detail={detail} add={step === "arrive"} />}
      <div className="others">
        {incident.allowed.includes("refuse") ? (
          <button type="button" className="button" aria-expanded={refusing} onClick={() => setRefusing(!refusing)}>
            <Icon name="undo" />
            {t("refuse")}
          </button>
        ) : null}
      </div>
      {refusing && incident.allowed.includes("refuse") ? (
        <RefusePart
          busy={busy}
          send={(reason) => {
            setRefusing(false);
            sending.mutate({ action: "refuse", fields: { reason } });
          }}
        />
      ) : null}
      {help}
    </>
  );
}
