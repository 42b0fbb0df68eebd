import { useQueryClient } from "@tanstack/react-query";
import i18next from "i18next";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { Refusal } from "../../../api/client";
import type { components } from "../../../api/schema";
import { useNotices } from "../../../parts/undo";
import { say } from "../../../text/start";
import { AreaField, Dialog, FormFrame, handOver, Sentence, StateTag, useForm } from "../../parts";
import { exported, takeIn } from "./asking";

type Seen = components["schemas"]["RuleImport"];
const TONES = { new: "good", changed: "wait", same: "off" } as const;

/** Rules out as a file, and in again: looked at first, then saved. */
export function Files({ may }: { may: boolean }) {
  const { t } = useTranslation("rules");
  const warn = useNotices((notices) => notices.warn);
  const [read, setRead] = useState<{ text: string; seen: Seen } | null>(null);
  const picker = useRef<HTMLInputElement>(null);
  const refused = (error: unknown) => {
    const words = error instanceof Refusal ? error.detail : null;
    warn(() => (words ? say(words) : i18next.t("common:failed")));
  };
  const out = async () => {
    try {
      handOver("rules.yaml", await exported());
    } catch (error) {
      refused(error);
    }
  };
  const look = async (file: File | undefined) => {
    if (!file) return;
    try {
      const text = await file.text();
      setRead({ text, seen: await takeIn(text, false, "") });
    } catch (error) {
      refused(error);
    }
  };
  return (
    <>
      <button type="button" className="button" onClick={() => void out()}>
        {t("export")}
      </button>
      {may ? (
        <>
          <button type="button" className="button" onClick={() => picker.current?.click()}>
            {t("import")}
          </button>
          <input
            ref={picker}
            type="file"
            accept=".yaml,.yml"
            hidden
            aria-label={t("import")}
            onChange={(event) => {
              void look(event.target.files?.[0]);
              event.target.value = "";
            }}
          />
        </>
      ) : null}
      {read ? <TakeIn text={read.text} seen={read.seen} onClose={() => setRead(null)} /> : null}
    </>
  );
}

function TakeIn({ text, seen, onClose }: { text: string; seen: Seen; onClose: () => void }) {
  const { t } = useTranslation(["rules", "console"]);
  const queries = useQueryClient();
  const tell = useNotices((notices) => notices.tell);
  const form = useForm(
    { reason: "" },
    (body) => takeIn(text, true, body.reason),
    (done) => {
      tell(() => i18next.t("rules:import.done", { n: done.saved }));
      void queries.invalidateQueries({ queryKey: ["rules"] });
      onClose();
    },
  );
  const fresh = seen.items.filter((each) => each.standing !== "same").length;
  return (
    <Dialog title={t("import")} open onClose={onClose}>
      {seen.problems.length > 0 ? (
        <div className="told" role="alert">
          <strong>{t("import.wrong", { n: seen.problems.length })}</strong>
          <ul className="rules-bullets">
            {seen.problems.map((each) => (
              <li key={`${each.line} ${each.path} ${each.message.en}`}>
                {t("import.line", { n: each.line })} <Sentence text={each.message} />
              </li>
            ))}
          </ul>
        </div>
      ) : (
        <>
          <ul className="rules-incoming">
            {seen.items.map((each) => (
              <li key={each.id}>
                <p className="row-of">
                  <Sentence className="rules-name" text={each.name} />
                  <StateTag tone={TONES[each.standing]}>{t(`import.${each.standing}`)}</StateTag>
                </p>
                {each.difference.map((edit) => (
                  <p key={edit.path}>
                    <Sentence text={edit.text} />
                  </p>
                ))}
              </li>
            ))}
          </ul>
          {fresh > 0 ? (
            <FormFrame form={form} submit={t("import.do", { n: fresh })} cancel={onClose}>
              <AreaField form={form} name="reason" label={t("console:reason")} optional />
            </FormFrame>
          ) : (
            <p>{t("import.nothing")}</p>
          )}
        </>
      )}
    </Dialog>
  );
}
