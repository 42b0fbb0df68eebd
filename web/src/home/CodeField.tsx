import { useTranslation } from "react-i18next";

/** The second step at login: six digits of the authenticator app, or a recovery code. */
export function CodeField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { t } = useTranslation("home");
  return (
    <label className="field">
      <span>{t("login.code")}</span>
      {/* it appears because of what was just sent: the next thing to do is to type here */}
      <input className="input" name="code" autoComplete="one-time-code" autoFocus required value={value} onChange={(event) => onChange(event.target.value)} />
      <span className="second">{t("login.code.hint")}</span>
    </label>
  );
}
