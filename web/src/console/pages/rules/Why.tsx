import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { useMe } from "../../../parts/session";
import { say } from "../../../text/start";
import { Asked, PickDevice, Sentence, useUrl, When, WhenInput } from "../../parts";
import { instantOf } from "../../parts/zone";
import { explained, type Explained, rule as askRule } from "./asking";
import { Frame } from "./Frame";

type Past = NonNullable<Explained["past"]>;

/** Why a rule did, or did not, fire: now or at a moment, for one device, as ✓ and ✗ with what was measured. */
export function Why({ id }: { id: string }) {
  const { t } = useTranslation("rules");
  const me = useMe();
  const about = useQuery(askRule(id));
  const [device, setDevice] = useUrl("device");
  const [at, setAt] = useUrl("at");
  const moment = at ? (instantOf(at, me.site.timezone) ?? "") : "";
  const by = about.data?.rule["by"];
  const each = by === undefined || (Array.isArray(by) && by.length === 1 && (by[0] === "device" || by[0] === "device.id"));
  const found = useQuery({ ...explained(id, each ? device : "", moment), enabled: about.data !== undefined && (!each || device !== "") });
  return (
    <Frame title={t("why.title", { name: say(about.data?.name) || id })} back={t("back")} backTo={`/rules/${encodeURIComponent(id)}`}>
      <Asked query={about} lines={3}>
        {(rule) => (
          <>
            <p className="page-lead">
              <Sentence text={rule.sentence} />
            </p>
            <div className="filters no-print">
              {each ? (
                <div className="field rules-why-device">
                  <label htmlFor="why-device">{t("why.device")}</label>
                  <PickDevice control={{ id: "why-device", "aria-invalid": false, "aria-describedby": undefined }} value={device || null} onChange={(value) => setDevice(value ?? "")} />
                </div>
              ) : null}
              <label className="field">
                <span>{t("why.at")}</span>
                <WhenInput kind="moment" value={at} onChange={setAt} />
              </label>
              {at ? (
                <button type="button" className="button" onClick={() => setAt("")}>
                  {t("why.now")}
                </button>
              ) : null}
            </div>
            {each && !device ? (
              <p className="told">{t("why.choose")}</p>
            ) : (
              <Asked query={found} lines={4}>
                {(answer) => (answer.past ? <ThePast past={answer.past} /> : <Lines lines={answer.lines} />)}
              </Asked>
            )}
          </>
        )}
      </Asked>
    </Frame>
  );
}

function Mark({ ok }: { ok: boolean | null }) {
  const { t } = useTranslation("rules");
  return (
    <span className="rules-mark">
      <span aria-hidden="true">{ok === null ? "?" : ok ? "✓" : "✗"}</span>
      <span className="only-heard">{t(ok === null ? "why.unknown" : ok ? "why.yes" : "why.no")}</span>
    </span>
  );
}

function Lines({ lines }: { lines: Explained["lines"] }) {
  const { t } = useTranslation("rules");
  if (lines.length === 0) return <p className="second">{t("why.nothing")}</p>;
  return (
    <ul className="card rules-why">
      {lines.map((line, place) => (
        <li key={`${place} ${line.text.en}`}>
          <Mark ok={line.ok} />
          <Sentence text={line.text} />
        </li>
      ))}
    </ul>
  );
}

function ThePast({ past }: { past: Past }) {
  const { t } = useTranslation("rules");
  const around = [...past.before.map((each) => ({ ...each, before: true })), ...past.after.map((each) => ({ ...each, before: false }))];
  return (
    <>
      <p className="card rules-why-answer">
        <Mark ok={past.alert !== null} />
        <Sentence text={past.answer} />
      </p>
      {past.said.map((each) => (
        <p key={each.code} className="second">
          <Sentence text={each.text} />
        </p>
      ))}
      {past.near ? (
        <section>
          <h2>{t("why.near")}</h2>
          <p>
            <Sentence text={past.near.text} />
          </p>
        </section>
      ) : null}
      {around.length > 0 ? (
        <section>
          <h2>{t("why.around")}</h2>
          <ul className="card rules-why">
            {around.map((each, place) => (
              <li key={`${place} ${each.at}`}>
                <When at={each.at} />
                <Sentence text={each.sentence} />
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </>
  );
}
