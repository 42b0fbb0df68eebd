import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { say } from "../../../text/start";
import { Asked, useUrl, When, Wrong } from "../../parts";
import { type Captured, type Fields, listen, type LookAt, lookAt, waiting } from "./asking";

const WAYS = ["waiting", "listen", "paste"] as const;
const SECONDS = 15;

/** Step 1: a message to point at: one that waits, one that comes in now, or a pasted one. */
export function Capture({ onLooked }: { onLooked: (fields: Fields) => void }) {
  const { t } = useTranslation("profiles");
  const [asked, setWay] = useUrl("way");
  const way = WAYS.find((each) => each === asked) ?? "waiting";
  const looked = useMutation({ mutationFn: (message: Partial<LookAt>) => lookAt(message), onSuccess: (found) => (found.draft ? onLooked(found) : undefined) });
  return (
    <>
      <p className="page-lead second">{t("capture.text")}</p>
      <div className="segmented profiles-ways" role="group" aria-label={t("capture")}>
        {WAYS.map((each) => (
          <button key={each} type="button" aria-pressed={way === each} onClick={() => setWay(each)}>
            {t(`way.${each}`)}
          </button>
        ))}
      </div>
      {way === "waiting" ? <Waiting choose={(row) => looked.mutate({ row })} busy={looked.isPending} /> : null}
      {way === "listen" ? <Listening choose={(message) => looked.mutate(asLooked(message))} busy={looked.isPending} /> : null}
      {way === "paste" ? <Paste choose={(message) => looked.mutate(message)} busy={looked.isPending} /> : null}
      {looked.error ? <Wrong error={looked.error} /> : null}
      {looked.data?.refused ? (
        <p className="told" role="alert">
          {say(looked.data.refused)}
        </p>
      ) : null}
    </>
  );
}

const asLooked = (message: Captured): Partial<LookAt> => ({
  ...(message.payload === null ? { base64: message.base64 } : { payload: message.payload }),
  ...(message.adapter === "http" ? { path: message.topic } : { topic: message.topic }),
  headers: message.headers,
});

function Messages({ items, choose, busy }: { items: readonly Captured[]; choose: (message: Captured) => void; busy: boolean }) {
  const { t } = useTranslation("profiles");
  return (
    <ul className="profiles-messages">
      {items.map((each, place) => (
        <li key={each.row ?? place} className="card profiles-message">
          <p>
            <b className="code profiles-topic" lang="en">
              {each.topic}
            </b>{" "}
            <span className="second">
              <When at={each.at} age />
            </span>
          </p>
          <pre role="group" lang="en" tabIndex={0} aria-label={each.topic}>
            {each.payload ?? t("bytes", { n: each.size })}
          </pre>
          <button type="button" className="button main" disabled={busy} onClick={() => choose(each)}>
            {t("choose")}
          </button>
        </li>
      ))}
    </ul>
  );
}

function Waiting({ choose, busy }: { choose: (row: number) => void; busy: boolean }) {
  const { t } = useTranslation("profiles");
  const [topic] = useUrl("topic");
  const found = useQuery(waiting(topic));
  return (
    <Asked query={found} lines={4}>
      {({ items }) => (items.length === 0 ? <p className="told">{t("waiting.none")}</p> : <Messages items={items} busy={busy} choose={(each) => (each.row === null ? undefined : choose(each.row))} />)}
    </Asked>
  );
}

function Listening({ choose, busy }: { choose: (message: Captured) => void; busy: boolean }) {
  const { t } = useTranslation("profiles");
  const [where, setWhere] = useState("");
  const heard = useMutation({ mutationFn: (text: string) => listen(text.startsWith("/") ? { path: text } : { topic: text }, SECONDS) });
  return (
    <>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          heard.mutate(where.trim());
        }}
      >
        <label className="field">
          <span>{t("listen.where")}</span>
          <input className="input" value={where} onChange={(event) => setWhere(event.target.value)} placeholder="bell/#" />
        </label>
        <p className="second hint">{t("listen.hint", { n: SECONDS })}</p>
        <div className="form-foot">
          <button type="submit" className="button main" disabled={heard.isPending || !where.trim()}>
            {t(heard.isPending ? "listen.now" : "listen.go")}
          </button>
        </div>
      </form>
      {heard.error ? <Wrong error={heard.error} /> : null}
      {heard.data ? (
        <div role="status">
          {heard.data.items.length === 0 ? <p className="told">{t("listen.none")}</p> : <Messages items={heard.data.items} busy={busy} choose={choose} />}
        </div>
      ) : null}
    </>
  );
}

function Paste({ choose, busy }: { choose: (message: Partial<LookAt>) => void; busy: boolean }) {
  const { t } = useTranslation("profiles");
  const [topic, setTopic] = useState("");
  const [payload, setPayload] = useState("");
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        const where = topic.trim();
        choose({ payload, ...(where.startsWith("/") ? { path: where } : { topic: where }) });
      }}
    >
      <label className="field">
        <span>{t("paste.topic")}</span>
        <input className="input" value={topic} onChange={(event) => setTopic(event.target.value)} placeholder="bell/b1/event" />
      </label>
      <label className="field">
        <span>{t("paste.payload")}</span>
        <textarea className="input code" rows={6} value={payload} onChange={(event) => setPayload(event.target.value)} />
      </label>
      <p className="second hint">{t("paste.hint")}</p>
      <div className="form-foot">
        <button type="submit" className="button main" disabled={busy || !payload.trim() || !topic.trim()}>
          {t("choose")}
        </button>
      </div>
    </form>
  );
}
