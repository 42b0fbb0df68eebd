import { useQuery, useQueryClient } from "@tanstack/react-query";
import i18next from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Refusal } from "../../../api/client";
import { Icon } from "../../../parts/Icon";
import { useMe } from "../../../parts/session";
import { useNotices } from "../../../parts/undo";
import { say } from "../../../text/start";
import { Asked, type Column, EmptyYet, Page, Rows, StateTag, When } from "../../parts";
import { type Backup, type Backups as Answer, backups, fileOf, make, verify } from "./asking";
import "./backups.css";
import { page } from "./page";
import { size } from "./size";

/** The backups that are kept, making one, checking one, taking one away, and how a site comes back. */
export default function Backups() {
  const { t } = useTranslation("backups");
  const me = useMe();
  const found = useQuery(backups);
  const queries = useQueryClient();
  const { tell, warn } = useNotices();
  const [busy, setBusy] = useState(false);
  const begin = async () => {
    setBusy(true);
    try {
      queries.setQueryData(["backups"], await make());
      tell(() => i18next.t("backups:begun"));
    } catch (error) {
      warn(() => (error instanceof Refusal ? say(error.detail) : i18next.t("backups:failed.now")));
    } finally {
      setBusy(false);
      void queries.invalidateQueries({ queryKey: ["backups"] });
    }
  };
  const running = found.data?.running_since ?? null;
  const actions =
    found.data?.configured && me.permissions.includes("backups.make") ? (
      <button type="button" className="button main" disabled={busy || running !== null} onClick={() => void begin()}>
        {t(running ? "running" : "make")}
      </button>
    ) : null;
  return (
    <Page title={say(page.title)} help={{ for: t("help.for"), do: t("help.do") }} lead={t("lead")} actions={actions}>
      <Asked query={found} lines={6}>
        {(answer) =>
          answer.configured ? (
            <>
              <Standing answer={answer} />
              <List answer={answer} />
            </>
          ) : (
            <EmptyYet icon="box" title={t("off")}>
              <p>{t("off.text")}</p>
              <pre className="card backups-sample" lang="en">{"backup:\n  folder: /mnt/backup\n  passphrase_file: secrets/backup-passphrase\n  at: \"03:30\""}</pre>
            </EmptyYet>
          )
        }
      </Asked>
      <section>
        <h2>{t("back")}</h2>
        <ol className="steps">
          {t("back.steps")
            .split("\n")
            .map((step) => (
              <li key={step}>{step}</li>
            ))}
        </ol>
        <pre className="card backups-sample" lang="en" tabIndex={0}>
          {"gateway restore BACKUP.scgb restored --passphrase-file PASS\ngateway check restored\ngateway run restored --data restored/data"}
        </pre>
      </section>
    </Page>
  );
}

function Standing({ answer }: { answer: Answer }) {
  const { t } = useTranslation("backups");
  const newest = answer.items[0];
  return (
    <>
      {answer.failed ? (
        <div className="told" role="alert">
          <p>
            <strong>{t("failed")}</strong> <span lang="und">{answer.failed}</span>
          </p>
        </div>
      ) : null}
      <dl className="card facts">
        <div>
          <dt>{t("newest")}</dt>
          <dd>{newest ? <When at={newest.made_at} age /> : t("never")}</dd>
        </div>
        <div>
          <dt>{t("next")}</dt>
          <dd>{answer.next_at ? <When at={answer.next_at} /> : "–"}</dd>
        </div>
        <div>
          <dt>{t("folder")}</dt>
          <dd className="backups-path" lang="und">
            {answer.folder}
          </dd>
        </div>
        <div>
          <dt>{t("keep")}</dt>
          <dd>{t("keep.text", { days: answer.keep_days, weeks: answer.keep_weeks, months: answer.keep_months })}</dd>
        </div>
      </dl>
    </>
  );
}

function List({ answer }: { answer: Answer }) {
  const { t } = useTranslation("backups");
  const me = useMe();
  const columns: [Column<Backup>, ...Column<Backup>[]] = [
    { key: "made", title: t("made"), value: (each) => each.made_at, cell: (each) => <When at={each.made_at} age /> },
    { key: "by", title: t("by"), value: (each) => (each.by === "gateway" ? t("by.itself") : each.by), cell: (each) => (each.by === "gateway" ? t("by.itself") : <span lang="und">{each.by}</span>) },
    { key: "size", title: t("size"), value: (each) => each.size_bytes, cell: (each) => size(each.size_bytes), numeric: true },
    { key: "files", title: t("files"), value: (each) => each.files, numeric: true },
    { key: "version", title: t("version"), value: (each) => each.version },
    {
      key: "verified",
      title: t("verified"),
      value: (each) => each.verified_at,
      cell: (each) => (each.verified_at ? <StateTag tone="good">{t("verified.yes")}</StateTag> : <StateTag tone="off">{t("verified.no")}</StateTag>),
    },
    { key: "sha256", title: "SHA-256", value: (each) => each.sha256, cell: (each) => <code title={each.sha256}>{each.sha256.slice(0, 12)}…</code> },
    { key: "do", title: t("do"), value: () => null, cell: (each) => <Actions each={each} may={me.permissions} /> },
  ];
  return (
    <section>
      <h2>{t("list")}</h2>
      <Rows caption={t("list")} rows={answer.items} columns={columns} id={(each) => each.name} empty={<EmptyYet icon="box" title={t("none")} />} />
    </section>
  );
}

function Actions({ each, may }: { each: Backup; may: readonly string[] }) {
  const { t } = useTranslation("backups");
  const queries = useQueryClient();
  const { tell, warn } = useNotices();
  const [busy, setBusy] = useState(false);
  const check = async () => {
    setBusy(true);
    try {
      await verify(each.name);
      tell(() => i18next.t("backups:checked"));
      void queries.invalidateQueries({ queryKey: ["backups"] });
    } catch (error) {
      warn(() => (error instanceof Refusal ? say(error.detail) : i18next.t("backups:failed.now")));
    } finally {
      setBusy(false);
    }
  };
  return (
    <span className="row-of no-print">
      {may.includes("backups.make") ? (
        <button type="button" className="button" disabled={busy} onClick={() => void check()}>
          {t(busy ? "checking" : "check")}
        </button>
      ) : null}
      {may.includes("backups.take") ? (
        <a className="button" href={fileOf(each.name)} download>
          <Icon name="down" />
          {t("take")}
        </a>
      ) : null}
    </span>
  );
}
