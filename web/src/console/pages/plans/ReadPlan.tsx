import { useTranslation } from "react-i18next";

import { together } from "../../../look/format";
import { Icon } from "../../../parts/Icon";
import { currentLanguage, say } from "../../../text/start";
import type { Plan } from "./asking";
import { LINE_KINDS, type PlanEntry } from "./entry";
import { useWords } from "./useWords";

const isKind = (kind: string | undefined): kind is (typeof LINE_KINDS)[number] => LINE_KINDS.some((each) => each === kind);

/** A plan as a person reads it: what to do in order, who is told when nobody comes. */
export function ReadPlan({ plan }: { plan: Plan }) {
  const { t } = useTranslation("plans");
  const words = useWords();
  const entry = plan.entry as PlanEntry;
  const loops = entry.loops ?? 0;
  return (
    <div className="plan-two">
      <section className="card plan-part" aria-labelledby="plan-checklist">
        <h2 id="plan-checklist">{t("checklist")}</h2>
        {(entry.checklist ?? []).length === 0 ? <p className="second">{t("checklist.none")}</p> : null}
        <ol className="plan-lines">
          {(entry.checklist ?? []).map((line, place) => (
            <li key={place}>
              {isKind(line.kind) ? <b className="plan-kind">{t(`asks.${line.kind}`)}</b> : null} {say(line)}
              {line.sign ? <span className="second"> {t("line.signs", { role: words.role(line.sign) })}</span> : null}
            </li>
          ))}
        </ol>
      </section>
      <section className="card plan-part" aria-labelledby="plan-ladder">
        <h2 id="plan-ladder">{t("ladder")}</h2>
        <ol className="plan-lines">
          {(entry.ladder ?? []).map((rung, place) => (
            <li key={place}>
              <b>{together(rung.to.map(words.role), currentLanguage())}</b>
              <span className="second">
                {" "}
                {t(rung.everyone ? "rung.everyone" : "rung.best")}
                {rung.off_duty ? ` · ${t("rung.off_duty")}` : ""} · {rung.wait ? t("rung.wait", { span: words.span(rung.wait) }) : t("rung.wait.usual")}
                {rung.channels?.length ? ` · ${t("rung.by", { channels: together(rung.channels.map(words.channel), currentLanguage()) })}` : ""}
              </span>
              {rung.prompt ? (
                <p>
                  <Icon name="phone" /> {say(rung.prompt)}
                </p>
              ) : null}
            </li>
          ))}
        </ol>
        <p>
          {loops === 0 ? t("loops.none") : loops < 0 ? t("loops.until", { span: words.span(entry.loop_every ?? "2m") }) : t("loops.times", { n: loops, span: words.span(entry.loop_every ?? "2m") })}
          {(entry.need_acks ?? 1) > 1 ? ` ${t("acks", { n: entry.need_acks ?? 1 })}` : ""}
        </p>
      </section>
    </div>
  );
}
