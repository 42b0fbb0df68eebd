import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Refusal } from "../api/client";
import { me as readMe, reportForm } from "../api/gateway";
import { Frame } from "../home/Frame";
import { Told } from "../parts/Told";
import { say } from "../text/start";
import { AnswerPage } from "./AnswerPage";
import { Emergency } from "./Emergency";
import { Form } from "./Form";
import type { Taken } from "./send";
import { Thanks } from "./Thanks";

const ANSWER = /^\/report\/a\/([A-Za-z0-9_-]+)$/;

/** The public page: the form, or the answer of one report behind its secret link. */
export function ReportPage() {
  const answer = ANSWER.exec(window.location.pathname)?.[1];
  return answer ? <AnswerPage token={answer} /> : <Reporting />;
}

/** The form with its place; whoever is logged in is known, nobody has to be. */
function Reporting() {
  const { t } = useTranslation("report");
  const [token, setToken] = useState(() => new URLSearchParams(window.location.search).get("p"));
  const [taken, setTaken] = useState<Taken | null>(null);
  const form = useQuery({
    queryKey: ["form", token],
    queryFn: async () => ({ ...(await reportForm(token)), openedAt: Date.now() }),
    retry: false,
    staleTime: Infinity,
    refetchOnReconnect: false,
  });
  const me = useQuery({ queryKey: ["me"], queryFn: readMe, enabled: Boolean(form.data?.me), retry: false });
  const refused = form.error instanceof Refusal ? form.error : null;
  if (taken)
    return (
      <Frame title={t("done")}>
        <Thanks
          taken={taken}
          again={() => {
            setTaken(null);
            void form.refetch();
          }}
        />
      </Frame>
    );
  const ready = form.data && (!form.data.me || me.data || me.isError);
  return (
    <Frame title={t("title")}>
      {form.data ? <p className="site-name">{say(form.data.site)}</p> : null}
      <Emergency />
      {token && me.data?.permissions.includes("shifts.work") ? (
        <a className="button main wide on-round" href={`/m?visit=${encodeURIComponent(token)}`}>
          {t("on_round")}
        </a>
      ) : null}
      {refused ? (
        <Told role="alert" {...(refused.code === "place_code" ? {} : { retry: () => void form.refetch() })}>
          {say(refused.detail)}
        </Told>
      ) : null}
      {refused?.code === "place_code" ? (
        <button type="button" className="button main wide" onClick={() => setToken(null)}>
          {t("where.self")}
        </button>
      ) : null}
      {form.data?.mode === "closed" || (form.data?.mode === "residents" && !form.data.me) ? (
        <Closed mode={form.data.mode} office={form.data.office} />
      ) : ready && form.data ? (
        <Form form={form.data} token={token} me={me.data ?? null} taken={setTaken} />
      ) : null}
    </Frame>
  );
}

function Closed({ mode, office }: { mode: "closed" | "residents"; office: string | null }) {
  const { t } = useTranslation("report");
  return (
    <div className="told">
      <p>{t(`mode.${mode}`)}</p>
      {office ? (
        <p>
          {t("office")} <a href={`tel:${office}`}>{office}</a>
        </p>
      ) : null}
      {mode === "residents" ? <a href="/login?next=/report">{t("login.go")}</a> : null}
    </div>
  );
}
