import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { Icon } from "../../../parts/Icon";
import { say } from "../../../text/start";
import { Asked, Curve, PickSpan, useSpan, useUrl } from "../../parts";
import { measured, metrics } from "./asking";
import { stepFor } from "./standing";
import { valueWords } from "./words";

/** What the device measured, as a curve with the same figures as a table and as a file. */
export function Telemetry({ id }: { id: string }) {
  const { t } = useTranslation("devices");
  const found = useQuery(metrics(id));
  const [asked, setAsked] = useUrl("metric");
  const items = found.data?.items ?? [];
  const metric = items.find((each) => each.metric === asked) ?? items[0];
  if (!metric) return null;
  return (
    <section>
      <h2>{t("measured")}</h2>
      <div className="filters no-print">
        <PickSpan start="day" />
        {items.length > 1 ? (
          <label className="field filter">
            <span>{t("metric")}</span>
            <select className="input" value={metric.metric} onChange={(event) => setAsked(event.target.value)}>
              {items.map((each) => (
                <option key={each.metric} value={each.metric}>
                  {say(valueWords(each.metric))}
                </option>
              ))}
            </select>
          </label>
        ) : null}
      </div>
      <OneMetric id={id} metric={metric.metric} unit={metric.unit} />
    </section>
  );
}

function OneMetric({ id, metric, unit }: { id: string; metric: string; unit: string }) {
  const { t } = useTranslation("devices");
  const { from, to } = useSpan("day");
  const step = stepFor(from, to);
  const found = useQuery(measured(id, metric, step, from, to));
  const file = `/api/devices/${encodeURIComponent(id)}/telemetry.csv?${new URLSearchParams({ metric, step, from, to }).toString()}`;
  const words = say(valueWords(metric));
  return (
    <Asked query={found} lines={4}>
      {({ items, next }) => (
        <>
          <Curve title={words} what={unit ? `${words} (${unit})` : words} time={t("time")} {...(unit ? { unit } : {})} points={items.map((each) => ({ at: Date.parse(each.at), value: each.mean }))} />
          <p className="no-print">
            <span className="second">{t(`step.${step}`)}</span> {next ? <span className="second">{t("measured.part")}</span> : null}
            <a className="button quiet" href={file} download>
              <Icon name="down" />
              {t("measured.file")}
            </a>
          </p>
        </>
      )}
    </Asked>
  );
}
