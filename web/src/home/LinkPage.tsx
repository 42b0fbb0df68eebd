import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { Refusal } from "../api/client";
import { loginByLink } from "../api/gateway";
import { Told } from "../parts/Told";
import { say } from "../text/start";
import { CodeField } from "./CodeField";
import { Frame } from "./Frame";

const SHORTEST = 10;

/** A one-time link: logs in at once, or first asks for the password of the new account. */
export function LinkPage({ token }: { token: string }) {
  const { t } = useTranslation(["home", "common"]);
  const [state, setState] = useState<"working" | "password" | "code">("working");
  const [wrong, setWrong] = useState<Refusal | null>(null);
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const started = useRef(false);
  const go = async (chosen: string | null) => {
    setWrong(null);
    try {
      const answer = await loginByLink(token, chosen, code.trim());
      window.location.replace(answer.home); // the token leaves the address with it
    } catch (error) {
      if (error instanceof Refusal && error.code === "password_required" && chosen === null) setState("password");
      else if (error instanceof Refusal && error.code === "code_required" && state !== "code") setState("code");
      else if (error instanceof Refusal) setWrong(error);
    }
  };
  useEffect(() => {
    if (started.current) return; // a link works once: never send it twice
    started.current = true;
    void go(null);
  });
  const missing = SHORTEST - [...password].length;
  if (state === "working") {
    return (
      <Frame title={t("login")}>
        {wrong ? (
          <Told title={t("link.failed")} role="alert">
            {say(wrong.detail)}
          </Told>
        ) : (
          <p className="second">{t("link.working")}</p>
        )}
      </Frame>
    );
  }
  if (state === "code") {
    return (
      <Frame title={t("login")}>
        <form
          className="login"
          onSubmit={(event) => {
            event.preventDefault();
            void go(password || null);
          }}
        >
          <CodeField value={code} onChange={setCode} />
          {wrong ? <Told role="alert">{say(wrong.detail)}</Told> : null}
          <button type="submit" className="button main wide">
            {t("login.go")}
          </button>
        </form>
      </Frame>
    );
  }
  return (
    <Frame title={t("link.password")}>
      <form
        className="login"
        onSubmit={(event) => {
          event.preventDefault();
          if (missing <= 0) void go(password);
        }}
      >
        <label className="field">
          <span>{t("login.password")}</span>
          <input className="input" type="text" autoComplete="new-password" value={password} onChange={(event) => setPassword(event.target.value)} />
        </label>
        <p className="second">{missing > 0 && password ? t("link.password.short", { n: missing }) : t("link.password.hint")}</p>
        {wrong ? <Told role="alert">{say(wrong.detail)}</Told> : null}
        <button type="submit" className="button main wide" disabled={missing > 0}>
          {t("link.set")}
        </button>
      </form>
    </Frame>
  );
}
