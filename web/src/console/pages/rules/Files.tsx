import { useQueryClient } from "@tanstack/react-query";
import i18next from "i18next";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import type { components } from "../../../api/schema";
import { useNotices } from "../../../parts/undo";
import { AreaField, Dialog, FormFrame, handOver, Sentence, StateTag, useDeed, useForm } from "../../parts";
import { exported, takeIn } from "./asking";

type Seen = components["schemas"]["RuleImport"];
const TONES = { new: "good", changed: "wait", same: "off" } as const;

/** Rules out as a file, and in again: looked at first, then saved. */
export function Files({ may }: { may: boolean }) {
  const { t } = useTranslation("rules");
  const { act, busy } = useDeed();
  const [read, setRead] = useState<{ text: string; seen: Seen } | null>(null);
  const picker = useRef<HTMLInputElement>(null);
  const out = async () => handOver("rules.yaml", await exported());
  const look = async (file: File) => {
    const text = await file.text();
    setRead({ text, seen: await takeIn(text, false, "") });
  };
  return (
    <>
      <button type="button" className="button" disabled={busy} onClick={() => void act(out)}>
        {t("export")}
      </button>
      {may ? (
        <>
          <button type="button" className="button" disabled={busy} onClick={() => picker.current?.click()}>
            {t("import")}
          </button>
          <input
            ref={picker}
            type="file"
            accept=".yaml,.yml"
            hidden
            aria-label={t("import")}
            onChange={(event) => {
              const [file] = event.target.files ?? [];
              if (file) void act(() => look(file));
              event.target.value = ""; // the same file may be chosen again
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
