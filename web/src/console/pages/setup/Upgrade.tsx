import { useQuery, useQueryClient } from "@tanstack/react-query";
import i18next from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { Refusal } from "../../../api/client";
import { useMe } from "../../../parts/session";
import { useNotices } from "../../../parts/undo";
import { say } from "../../../text/start";
import { Asked, type Column, EmptyYet, Rows, StateTag, When } from "../../parts";
import { packageOf } from "../../parts/path";
import type { Tone } from "../../parts/StateTag";
import { dropPackage, installPackage, type Package, type Upgrades, upgrades, type Version } from "./asking";
import { BringIn } from "./BringIn";
import { size } from "../backups/size";

const TONE: Record<Version["standing"], Tone> = { current: "good", previous: "off", beside: "wait" };

/** Which version runs, which package waits, what comes next, and the way back. */
export function Upgrade({ version }: { version: string }) {
  const { t } = useTranslation("setup");
  const me = useMe();
  return (
    <section>
      <h2>{t("nav.upgrade")}</h2>
      <dl className="card facts">
        <div>
          <dt>{t("upgrade.version")}</dt>
          <dd className="numbers">{version}</dd>
        </div>
        <div>
          <dt>{t("upgrade.check")}</dt>
          <dd>
            <Link className="button" to="/system">
              {t("step_go.check")}
            </Link>
          </dd>
        </div>
      </dl>
      <p className="second setup-after">{t("upgrade.hand")}</p>
      {me.permissions.includes("upgrades.read") ? <Whole may={me.permissions.includes("upgrades.load")} /> : <p className="told setup-after">{t("upgrade.ask")}</p>}
    </section>
  );
}

function Whole({ may }: { may: boolean }) {
  const { t } = useTranslation("setup");
  const found = useQuery(upgrades);
  return (
    <Asked query={found} lines={6}>
      {(answer) => (
        <>
          <section className="setup-after">
            <h2>{t("package")}</h2>
            {answer.configured && answer.key ? <Waiting answer={answer} may={may} /> : <NoKey unreadable={answer.configured} />}
          </section>
          <section>
            <h2>{t("installed")}</h2>
            {answer.installed.length > 0 ? <InstalledList items={answer.installed} /> : <p className="second">{t("installed.none")}</p>}
          </section>
          <section>
            <h2>{t("upgrade.back")}</h2>
            <p>{t("upgrade.back.text")}</p>
            {answer.back ? <Typed command={answer.back} service={answer.service} /> : <p className="second">{t("upgrade.back.none")}</p>}
          </section>
        </>
      )}
    </Asked>
  );
}

/** Without a publisher's key nothing can be proven, so nothing is taken. */
function NoKey({ unreadable }: { unreadable: boolean }) {
  const { t } = useTranslation("setup");
  return (
    <EmptyYet icon="box" title={t(unreadable ? "key.unreadable" : "key.none")}>
      <p>{t("key.none.text")}</p>
      <pre className="card setup-sample">{"upgrade:\n  key_file: secrets/publisher.pub"}</pre>
    </EmptyYet>
  );
}

/** The package that waits with what comes next, or the way to bring one in. */
function Waiting({ answer, may }: { answer: Upgrades; may: boolean }) {
  const { t } = useTranslation("setup");
  const waits = answer.package;
  return (
    <>
      {answer.failed ? (
        <div className="told" role="alert">
          <p>
            <strong>{t("install.failed")}</strong> <span lang="und">{answer.failed}</span>
          </p>
        </div>
      ) : null}
      {waits ? <Known waits={waits} answer={answer} may={may} /> : null}
      {answer.doing === "installing" ? null : may ? <BringIn answer={answer} other={waits !== null} /> : waits ? null : <p className="second">{t("package.none")}</p>}
      <p className="second setup-after">
        {t("key")} <code title={answer.key ?? ""}>{answer.key?.slice(0, 16)}…</code> {t("key.text")}
      </p>
    </>
  );
}

function Known({ waits, answer, may }: { waits: Package; answer: Upgrades; may: boolean }) {
  const { t } = useTranslation("setup");
  const queries = useQueryClient();
  const { tell, warn } = useNotices();
  const [busy, setBusy] = useState(false);
  const act = async (ask: () => Promise<Upgrades>, word: "install.begun" | "package.dropped") => {
    setBusy(true);
    try {
      queries.setQueryData(upgrades.queryKey, await ask());
      tell(() => i18next.t(`setup:${word}`));
    } catch (error) {
      warn(() => (error instanceof Refusal ? say(error.detail) : i18next.t("setup:upgrade.not")));
    } finally {
      setBusy(false);
    }
  };
  const installing = answer.doing === "installing";
  return (
    <>
      <div className="card setup-package">
        <p>
          <strong>{t("package.is", { version: waits.version })}</strong> <StateTag tone="good">{t("package.proven")}</StateTag>
        </p>
        <dl className="facts">
          <div>
            <dt>{t("package.published")}</dt>
            <dd>
              <When at={waits.published_at} />
            </dd>
          </div>
          <div>
            <dt>{t("package.size")}</dt>
            <dd className="numbers">{size(waits.size_bytes)}</dd>
          </div>
          <div>
            <dt>{t("package.by")}</dt>
            <dd>
              {waits.by.name} <When at={waits.at} age />
            </dd>
          </div>
          <div>
            <dt>SHA-256</dt>
            <dd>
              <code title={waits.sha256}>{waits.sha256.slice(0, 16)}…</code>
            </dd>
          </div>
        </dl>
        <details>
          <summary>{t("package.parts", { count: waits.parts.length })}</summary>
          <ul className="setup-list">
            {waits.parts.map((part) => (
              <li key={part.name}>
                <span lang="und" title={part.name}>
                  {packageOf(part.name)}
                </span>{" "}
                <span className="second numbers">{size(part.size_bytes)}</span>
              </li>
            ))}
          </ul>
        </details>
        {may ? (
          <p className="row-of no-print">
            {answer.can_install && !waits.installed ? (
              <button type="button" className="button main" disabled={busy || answer.doing !== null} onClick={() => void act(installPackage, "install.begun")}>
                {t(installing ? "install.doing" : "install")}
              </button>
            ) : null}
            <button type="button" className="button" disabled={busy || answer.doing !== null} onClick={() => void act(dropPackage, "package.dropped")}>
              {t("package.drop")}
            </button>
          </p>
        ) : null}
      </div>
      <h3 className="setup-after">{t("next")}</h3>
      <p>{t(waits.installed ? "next.installed" : answer.can_install ? "next.either" : "next.command")}</p>
      <Typed command={waits.use} service={answer.service} />
    </>
  );
}

/** One command to be typed on the machine, and what it does around itself. */
function Typed({ command, service }: { command: string; service: string | null }) {
  const { t } = useTranslation("setup");
  return (
    <>
      <pre className="card setup-sample" tabIndex={0}>
        {command}
      </pre>
      <p className="second">{service ? t("typed.service", { service: service.replace(/\.service$/, "") }) : t("typed.alone")}</p>
    </>
  );
}

function InstalledList({ items }: { items: readonly Version[] }) {
  const { t } = useTranslation("setup");
  const columns: [Column<Version>, ...Column<Version>[]] = [
    { key: "version", title: t("installed.version"), value: (each) => each.version },
    {
      key: "standing",
      title: t("installed.standing"),
      value: (each) => t(`standing.${each.standing}`),
      cell: (each) => <StateTag tone={TONE[each.standing]}>{t(`standing.${each.standing}`)}</StateTag>,
    },
    { key: "published", title: t("package.published"), value: (each) => each.published_at, cell: (each) => <When at={each.published_at} /> },
    { key: "at", title: t("installed.at"), value: (each) => each.installed_at, cell: (each) => <When at={each.installed_at} age /> },
    {
      key: "use",
      title: t("installed.use"),
      value: (each) => each.use,
      cell: (each) =>
        each.use ? (
          <details>
            <summary>{t("installed.use.show")}</summary>
            <code className="setup-path" lang="und">
              {each.use}
            </code>
          </details>
        ) : (
          "–"
        ),
    },
  ];
  return <Rows caption={t("installed")} rows={items} columns={columns} id={(each) => each.version} empty={<EmptyYet icon="box" title={t("installed.none")} />} />;
}
