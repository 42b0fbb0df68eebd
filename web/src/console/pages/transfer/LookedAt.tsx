import { useQueryClient } from "@tanstack/react-query";
import i18next from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Refusal } from "../../../api/client";
import { Icon } from "../../../parts/Icon";
import { useNotices } from "../../../parts/undo";
import { say } from "../../../text/start";
import { Confirm } from "../../parts";
import { confirm, type Finding, type Looked, sheetOf, undo } from "./asking";
import { byRow, placeOf } from "./findings";
import { PickFile } from "./PickFile";

/** What a table would make of the estate: its mistakes, each at its cell, or what changes and the button that saves it. */
export function LookedAt({ looked, onAway, onLooked }: { looked: Looked; onAway: () => void; onLooked: (looked: Looked) => void }) {
  const { t } = useTranslation("transfer");
  const queries = useQueryClient();
  const { tell, warn } = useNotices();
  const [asked, setAsked] = useState(false);
  const again = () => void queries.invalidateQueries();
  const send = async (reason: string) => {
    const saved = await confirm(looked.id, reason);
    const { step } = saved;
    const back = async () => {
      try {
        if (step) await undo(step);
        tell(() => i18next.t("transfer:undone"));
        again();
      } catch (error) {
        warn(() => (error instanceof Refusal ? say(error.detail) : i18next.t("common:failed")));
      }
    };
    tell(() => i18next.t("transfer:saved", { n: saved.saved }), step ? () => void back() : null);
  };
  const missing = Object.values(looked.missing).reduce((sum, each) => sum + each, 0);
  return (
    <>
      <section>
        <h2>
          {t("look")} <span lang="en">{looked.file}</span>
        </h2>
        <p role="status" className="transfer-sentence">
          <b>{say(looked.sentence)}</b>
        </p>
        <dl className="card facts">
          {(["new", "changed", "same", "errors"] as const).map((each) => (
            <div key={each}>
              <dt>{t(`count.${each}`)}</dt>
              <dd className="numbers transfer-number">{looked[each]}</dd>
            </div>
          ))}
          <div>
            <dt>{t("count.missing")}</dt>
            <dd className="numbers transfer-number">{missing}</dd>
          </div>
        </dl>
        <div className="form-foot transfer-foot">
          {looked.ready ? (
            <button type="button" className="button main" aria-haspopup="dialog" onClick={() => setAsked(true)}>
              {t("save")}
            </button>
          ) : null}
          {looked.errors > 0 ? (
            <a className="button main" href={sheetOf(looked.id)} download>
              <Icon name="down" />
              {t("sheet")}
            </a>
          ) : null}
          <button type="button" className="button" onClick={onAway}>
            {t("away")}
          </button>
        </div>
      </section>
      <Findings title={t("wrong")} findings={looked.findings} all={looked.errors} />
      <Findings title={t("warned")} findings={looked.warnings} all={looked.warnings.length} />
      {looked.errors > 0 ? (
        <section>
          <h2>{t("again")}</h2>
          <PickFile onLooked={onLooked} />
        </section>
      ) : null}
      <Changes changes={looked.changes} all={looked.new + looked.changed} />
      {asked ? (
        <Confirm
          title={t("save")}
          text={say(looked.sentence)}
          act={t("save")}
          reason="needed"
          send={send}
          onDone={() => {
            again();
            onAway();
          }}
          onClose={() => setAsked(false)}
        />
      ) : null}
    </>
  );
}

function Findings({ title, findings, all }: { title: string; findings: readonly Finding[]; all: number }) {
  const { t } = useTranslation("transfer");
  if (findings.length === 0) return null;
  return (
    <section>
      <h2>
        {title} <span className="second numbers">{findings.length < all ? t("shown", { n: findings.length, all }) : all}</span>
      </h2>
      <ol className="card transfer-findings">
        {byRow(findings).map(({ key, first, all: ofRow }) => (
          <li key={key}>
            <p className="transfer-row" lang="zh">
              {placeOf({ ...first, column: "" }, t("whole"))}
            </p>
            <ul>
              {ofRow.map((each) => (
                <li key={`${each.column}${each.message.en}`}>
                  {each.column ? <b className="code transfer-cell">{each.column}</b> : null}
                  {each.value ? (
                    <span className="transfer-value" lang="zh">
                      {each.value}
                    </span>
                  ) : null}{" "}
                  {say(each.message)}
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Changes({ changes, all }: { changes: Looked["changes"]; all: number }) {
  const { t } = useTranslation("transfer");
  if (changes.length === 0) return null;
  return (
    <section>
      <h2>
        {t("changes")} <span className="second numbers">{changes.length < all ? t("shown", { n: changes.length, all }) : all}</span>
      </h2>
      <div className="rows-scroll" tabIndex={0}>
        <table className="table twin">
          <caption className="only-heard">{t("changes")}</caption>
          <thead>
            <tr>
              <th scope="col">{t("row")}</th>
              <th scope="col">{t("what")}</th>
              <th scope="col">{t("fields")}</th>
            </tr>
          </thead>
          <tbody>
            {changes.map((each) => (
              <tr key={each.document}>
                <td className="numbers">{each.row}</td>
                <td>
                  <span className="code">{each.document}</span> {each.new ? <span className="second">{t("new")}</span> : null}
                </td>
                <td className="code">{each.fields.join(" ")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
