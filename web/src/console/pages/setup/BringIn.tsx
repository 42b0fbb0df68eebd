import { useQueryClient } from "@tanstack/react-query";
import i18next from "i18next";
import { useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { Refusal } from "../../../api/client";
import { Icon } from "../../../parts/Icon";
import { useMe } from "../../../parts/session";
import { useNotices } from "../../../parts/undo";
import { FormFrame, TextField, useForm } from "../../parts";
import { size } from "../backups/size";
import { announcePackage, sendPackage, type Upgrades, upgrades } from "./asking";

/** A package of this computer, with proof of who brings it: it goes up, is proven, and waits. */
export function BringIn({ answer, other }: { answer: Upgrades; other: boolean }) {
  const { t } = useTranslation("setup");
  const [open, setOpen] = useState(!other);
  if (!open)
    return (
      <p className="setup-after no-print">
        <button type="button" className="button" onClick={() => setOpen(true)}>
          {t("bring.other")}
        </button>
      </p>
    );
  return <Fields answer={answer} done={() => setOpen(false)} />;
}

function Fields({ answer, done }: { answer: Upgrades; done: () => void }) {
  const { t } = useTranslation("setup");
  const me = useMe();
  const queries = useQueryClient();
  const tell = useNotices((notices) => notices.tell);
  const [file, setFile] = useState<File | null>(null);
  const [sent, setSent] = useState<number | null>(null);
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const form = useForm(
    { current: "", code: "" },
    async ({ current, code }) => {
      if (!file) throw new Refusal(0, "no_file", { zh: i18next.t("setup:bring.choose"), en: i18next.t("setup:bring.choose") });
      try {
        const { id: upload } = await announcePackage({ size: file.size, current: current || null, code: code || null });
        setSent(0);
        return await sendPackage(upload, file, setSent);
      } finally {
        setSent(null);
      }
    },
    (fresh) => {
      queries.setQueryData(upgrades.queryKey, fresh);
      tell(() => i18next.t("setup:bring.done"));
      done();
    },
  );
  const share = sent === null || !file ? null : Math.floor((100 * sent) / Math.max(1, file.size));
  return (
    <div className="card setup-bring no-print">
      <FormFrame form={form} submit={t(form.busy ? "bring.busy" : "bring")}>
        <div className="field">
          <input
            ref={input}
            className="only-heard"
            type="file"
            accept=".scgu"
            tabIndex={-1}
            aria-label={t("bring.file")}
            onChange={(event) => setFile(event.target.files?.[0] ?? null)}
          />
          <span className="row-of">
            <button type="button" className="button" disabled={form.busy} aria-describedby={`${id}-hint`} onClick={() => input.current?.click()}>
              <Icon name="upload" />
              {t("bring.pick")}
            </button>
            {file ? (
              <span className="setup-path" lang="und">
                {file.name} <span className="second numbers">{size(file.size)}</span>
              </span>
            ) : (
              <span className="second">{t("bring.nothing")}</span>
            )}
          </span>
          <p id={`${id}-hint`} className="second">
            {t("bring.hint", { most: size(answer.most_bytes), free: size(answer.free_bytes) })}
          </p>
        </div>
        <TextField form={form} name="current" label={t("bring.password")} hint={t("bring.password.hint")} kind="password" complete="current-password" />
        {me.second_factor.enrolled ? <TextField form={form} name="code" label={t("bring.code")} complete="one-time-code" /> : null}
        {share === null ? null : (
          <p role="status">
            <progress className="setup-progress" max={100} value={share} aria-label={t("bring.sending", { share })} />
            <span className="numbers">{share < 100 ? t("bring.sending", { share }) : t("bring.checking")}</span>
          </p>
        )}
      </FormFrame>
    </div>
  );
}
