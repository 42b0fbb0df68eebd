import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useMe } from "../../../parts/session";
import { FormFrame, TextField, useForm } from "../../parts";
import { beginFactor, confirmFactor, removeFactor } from "./asking";

type Step = { at: "rest" } | { at: "password" } | { at: "scan"; secret: string; qr: string } | { at: "codes"; codes: string[] };

/** The second step at login: password, square code, six digits, recovery codes. */
export function Factor() {
  const { t } = useTranslation("account");
  const me = useMe();
  const queries = useQueryClient();
  const [step, setStep] = useState<Step>({ at: "rest" });
  const over = () => {
    setStep({ at: "rest" });
    void queries.invalidateQueries({ queryKey: ["me"] });
  };
  if (step.at === "password") return <Begin onBegun={(begun) => setStep({ at: "scan", ...begun })} onClose={() => setStep({ at: "rest" })} />;
  if (step.at === "scan") return <Scan secret={step.secret} qr={step.qr} onCodes={(codes) => setStep({ at: "codes", codes })} />;
  if (step.at === "codes") {
    return (
      <div className="told">
        <p>{t("factor.codes")}</p>
        <ul className="code">
          {step.codes.map((code) => (
            <li key={code}>{code}</li>
          ))}
        </ul>
        <button type="button" className="button main" onClick={over}>
          {t("factor.kept")}
        </button>
      </div>
    );
  }
  if (me.second_factor.enrolled) {
    return (
      <>
        <p>{t("factor.on", { n: me.second_factor.recovery_left })}</p>
        <Remove onDone={over} />
      </>
    );
  }
  return (
    <div className="row-of">
      <button type="button" className="button" onClick={() => setStep({ at: "password" })}>
        {t("factor.begin")}
      </button>
      <span className="second">{t("factor.off")}</span>
    </div>
  );
}

function Begin({ onBegun, onClose }: { onBegun: (begun: { secret: string; qr: string }) => void; onClose: () => void }) {
  const { t } = useTranslation("account");
  const form = useForm({ current: "" }, (body) => beginFactor(body.current), onBegun);
  return (
    <FormFrame form={form} submit={t("factor.begin")} cancel={onClose}>
      <TextField form={form} name="current" label={t("password.current")} kind="password" complete="current-password" />
    </FormFrame>
  );
}

function Scan({ secret, qr, onCodes }: { secret: string; qr: string; onCodes: (codes: string[]) => void }) {
  const { t } = useTranslation("account");
  const form = useForm({ code: "" }, (body) => confirmFactor(body.code), (answer) => onCodes(answer.codes));
  return (
    <FormFrame form={form} submit={t("factor.confirm")}>
      <div>
        <p>{t("factor.scan")}</p>
        <img className="square-code" src={`data:image/svg+xml,${encodeURIComponent(qr)}`} alt={t("factor.qr")} width={220} height={220} />
        <p className="code">{secret}</p>
      </div>
      <TextField form={form} name="code" label={t("factor.code")} complete="one-time-code" />
    </FormFrame>
  );
}

function Remove({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation("account");
  const form = useForm({ current: "", code: "" }, removeFactor, onDone);
  return (
    <FormFrame form={form} submit={t("factor.remove")}>
      <TextField form={form} name="current" label={t("password.current")} kind="password" complete="current-password" />
      <TextField form={form} name="code" label={t("factor.code")} complete="one-time-code" />
    </FormFrame>
  );
}
