import { useQuery, useQueryClient } from "@tanstack/react-query";
import i18next from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useMe } from "../../../parts/session";
import { useNotices } from "../../../parts/undo";
import { say } from "../../../text/start";
import { Asked, type Column, Confirm, EmptyYet, Rows, StateTag, useDeed, When } from "../../parts";
import type { Tone } from "../../parts/StateTag";
import { pauseReceiver, type Receiver, receivers, removeReceiver, testReceiver } from "./asking";
import { NewReceiver } from "./NewReceiver";

const TONE: Record<Receiver["status"], Tone> = { ok: "good", degraded: "wait", paused: "off", off: "off" };

/** Other systems that are told about cases: named, tested, paused and taken away here. */
export function Receivers() {
  const { t } = useTranslation("setup");
  const may = useMe().permissions.includes("receivers.edit");
  const found = useQuery(receivers);
  const queries = useQueryClient();
  const [adding, setAdding] = useState(false);
  const [asked, setAsked] = useState<Receiver | null>(null);
  const tell = useNotices((notices) => notices.tell);
  const again = () => {
    void queries.invalidateQueries({ queryKey: receivers.queryKey });
  };
  const columns: [Column<Receiver>, ...Column<Receiver>[]] = [
    {
      key: "name",
      title: t("to.name"),
      value: (each) => `${each.name} ${each.where}`,
      cell: (each) => (
        <>
          <span lang="und">{each.name}</span>
          <span className="second kept-by setup-path" lang="und">
            {each.where}
          </span>
        </>
      ),
    },
    {
      key: "recipient",
      title: t("to.recipient"),
      value: (each) => `${each.recipient} · ${each.purpose}`,
      cell: (each) => (
        <span lang="und">
          {each.recipient} · {each.purpose}
        </span>
      ),
    },
    {
      key: "status",
      title: t("to.status"),
      value: (each) => t(`to.${each.status}`),
      cell: (each) => (
        <>
          <StateTag tone={TONE[each.status]}>{t(`to.${each.status}`)}</StateTag>
          {each.trouble ? <span className="second kept-by">{say(each.trouble)}</span> : null}
        </>
      ),
    },
    { key: "last", title: t("to.last"), value: (each) => each.last_success, cell: (each) => (each.last_success ? <When at={each.last_success} age /> : "–") },
    {
      key: "source",
      title: t("to.source"),
      value: (each) => t(`to.source.${each.source}`),
      cell: (each) => (
        <>
          {t(`to.source.${each.source}`)}
          {each.changed_by && each.changed_at ? (
            <span className="second kept-by">
              {each.changed_by.name} <When at={each.changed_at} />
            </span>
          ) : null}
        </>
      ),
    },
    ...(may ? [{ key: "do", title: t("to.do"), value: () => null, cell: (each: Receiver) => <Deeds receiver={each} again={again} remove={() => setAsked(each)} /> }] : []),
  ];
  return (
    <section className="setup-part">
      <h2>{t("to")}</h2>
      <p className="page-lead second">{t("to.text")}</p>
      {may ? (
        <p className="row-of above no-print">
          <button type="button" className="button main" aria-haspopup="dialog" onClick={() => setAdding(true)}>
            {t("to.add")}
          </button>
        </p>
      ) : null}
      <Asked query={found} lines={3}>
        {({ items }) => <Rows caption={t("to")} rows={items} columns={columns} id={(each) => each.name} empty={<EmptyYet icon="plug" title={t("to.none")} />} />}
      </Asked>
      {adding ? <NewReceiver onDone={again} onClose={() => setAdding(false)} /> : null}
      {asked ? (
        <Confirm
          title={t("to.remove")}
          text={t("to.remove.text", { name: asked.recipient })}
          act={t("to.remove")}
          reason="none"
          send={() => removeReceiver(asked.name)}
          onDone={() => {
            tell(() => i18next.t("setup:to.removed"));
            again();
          }}
          onClose={() => setAsked(null)}
        />
      ) : null}
    </section>
  );
}

/** What can be done with one: a test with any, the rest with those that the page named. */
function Deeds({ receiver, again, remove }: { receiver: Receiver; again: () => void; remove: () => void }) {
  const { t } = useTranslation("setup");
  const { tell, warn } = useNotices();
  const { act, busy } = useDeed();
  const test = async () => {
    const became = await testReceiver(receiver.name);
    const notice = () => `${say(became.text)} ${became.detail}`;
    if (became.ok) tell(notice);
    else warn(notice);
  };
  const pause = async () => {
    await pauseReceiver(receiver.name, receiver.status !== "paused");
    again();
  };
  return (
    <span className="row-of no-print">
      <button type="button" className="button" disabled={busy} onClick={() => void act(test)}>
        {t("to.test")}
      </button>
      {receiver.source === "page" ? (
        <>
          <button type="button" className="button" disabled={busy} onClick={() => void act(pause)}>
            {t(receiver.status === "paused" ? "to.resume" : "to.pause")}
          </button>
          <button type="button" className="button" aria-haspopup="dialog" disabled={busy} onClick={remove}>
            {t("to.remove")}
          </button>
        </>
      ) : null}
    </span>
  );
}
