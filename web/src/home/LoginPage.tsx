import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Refusal } from "../api/client";
import { login } from "../api/gateway";
import { Told } from "../parts/Told";
import { say } from "../text/start";
import { CodeField } from "./CodeField";
import { Frame } from "./Frame";
import { destination } from "./goto";

export function LoginPage() {
  const { t } = useTranslation(["home", "common"]);
  const [user, setUser] = useState("");
  const [password, setPassword] = useState("");
  const [shown, setShown] = useState(false);
  const [busy, setBusy] = useState(false);
  const [second, setSecond] = useState(false); // the account has a second step
  const [code, setCode] = useState("");
  const [wrong, setWrong] = useState<Refusal | null>(null);
  const go = async () => {
    setBusy(true);
    setWrong(null);
    try {
      const answer = await login(user.trim(), password, code.trim());
      window.location.replace(destination(window.location.search, answer.home));
    } catch (error) {
      const asksCode = error instanceof Refusal && error.code === "code_required" && !second;
      if (asksCode) setSecond(true);
      setWrong(error instanceof Refusal && !asksCode ? error : null);
      setBusy(false);
    }
  };
  return (
    <Frame title={t("login")}>
      <form
        className="login"
        onSubmit={(event) => {
          event.preventDefault();
          void go();
        }}
      >
        <label className="field">
          <span>{t("login.user")}</span>
          <input className="input" name="username" autoComplete="username" autoCapitalize="none" required value={user} onChange={(event) => setUser(event.target.value)} />
        </label>
        <label className="field">
          <span>{t("login.password")}</span>
          <input
            className="input"
            name="password"
            type={shown ? "text" : "password"}
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        </label>
        <button type="button" className="button quiet" aria-pressed={shown} onClick={() => setShown(!shown)}>
          {t(shown ? "login.hide" : "login.show")}
        </button>
        {second ? <CodeField value={code} onChange={setCode} /> : null}
        {wrong ? <Told role="alert">{say(wrong.detail)}</Told> : null}
        <button type="submit" className="button main wide" disabled={busy}>
          {t("login.go")}
        </button>
        <p className="second">{t("login.help")}</p>
      </form>
    </Frame>
  );
}
