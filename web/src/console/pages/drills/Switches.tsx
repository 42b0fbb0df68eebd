import { type UseQueryResult, useQueryClient } from "@tanstack/react-query";
import i18next from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { components } from "../../../api/schema";
import { useMe } from "../../../parts/session";
import { useNotices } from "../../../parts/undo";
import { Asked, Choice, type Column, Dialog, EmptyYet, Filters, FormFrame, Rows, SelectField, StateTag, useForm, useUrl, When } from "../../parts";
import { setMode } from "./asking";
import { FLAGS, shown, type Standing, standings, untilOf } from "./rows";

interface Zone {
  id: string;
  name: string;
}
const HOURS = ["1", "2", "4", "8", "24"] as const;

/** Each switch with who set it and until when; turning one on asks for how long. */
export function Switches({ flags, zones }: { flags: UseQueryResult<components["schemas"]["ModeList"]>; zones: Zone[] }) {
  const { t } = useTranslation("drills");
  const me = useMe();
  const [asked, setAsked] = useState<Standing | null>(null);
  const [zone] = useUrl("zone");
  const may = me.permissions.includes("modes.edit");
  const flagWord = (flag: string) => ((FLAGS as readonly string[]).includes(flag) ? t(`flag.${flag}` as "flag.drill") : flag);
  const zoneWord = (zone: string | null) => (zone === null ? t("site") : (zones.find((each) => each.id === zone)?.name ?? zone));
  const columns: [Column<Standing>, ...Column<Standing>[]] = [
    { key: "where", title: t("where"), value: (row) => zoneWord(row.zone) },
    { key: "flag", title: t("what"), value: (row) => flagWord(row.flag) },
    { key: "on", title: t("state"), value: (row) => t(row.on ? "on" : "off"), cell: (row) => <StateTag tone={row.on ? "wait" : "off"}>{t(row.on ? "on" : "off")}</StateTag> },
    { key: "by", title: t("by"), value: (row) => row.mode?.by?.name ?? null },
    { key: "until", title: t("until"), value: (row) => row.mode?.until ?? null, cell: (row) => (row.mode?.until ? <When at={row.mode.until} /> : row.on ? t("until.hand") : "–") },
    {
      key: "switch",
      title: t("switch"),
      value: () => null,
      cell: (row) =>
        may ? (
          <button type="button" className="button" aria-haspopup="dialog" onClick={() => setAsked(row)}>
            {t(row.on ? "turn.off" : "turn.on")}
            <span className="only-heard">{` ${zoneWord(row.zone)} ${flagWord(row.flag)}`}</span>
          </button>
        ) : (
          "–"
        ),
    },
  ];
  return (
    <section>
      <h2>{t("switches")}</h2>
      {may ? null : <p className="second">{t("whom")}</p>}
      {zones.length > 0 ? (
        <Filters>
          <Choice name="zone" label={t("zone")} none={t("zone.none")} options={zones.map((each) => ({ value: each.id, label: each.name }))} />
        </Filters>
      ) : null}
      <Asked query={flags} lines={6}>
        {({ items }) => (
          <Rows
            caption={t("switches")}
            rows={shown(standings(items, zones.map((each) => each.id)), zone)}
            columns={columns}
            id={(row) => `${row.zone ?? ""}|${row.flag}`}
            empty={<EmptyYet icon="shield" title={t("switches")} />}
          />
        )}
      </Asked>
      {asked ? <Turn standing={asked} title={`${flagWord(asked.flag)} · ${zoneWord(asked.zone)}`} onClose={() => setAsked(null)} /> : null}
    </section>
  );
}

function Turn({ standing, title, onClose }: { standing: Standing; title: string; onClose: () => void }) {
  const { t } = useTranslation("drills");
  const queries = useQueryClient();
  const tell = useNotices((notices) => notices.tell);
  const on = !standing.on;
  const [start] = useState({ hours: "2" });
  const form = useForm(
    start,
    (body) => setMode(standing.flag, on, standing.zone, on ? untilOf(body.hours === "" ? null : Number(body.hours), Date.now()) : null),
    (answer) => {
      queries.setQueryData(["modes"], answer);
      tell(() => i18next.t(on ? "drills:turned.on" : "drills:turned.off", { what: title }));
      onClose();
    },
  );
  const flag = standing.flag === "drill" || standing.flag === "maintenance" || standing.flag === "armed" ? standing.flag : null;
  return (
    <Dialog title={title} open onClose={onClose}>
      {flag ? <p className="confirm-text">{t(`means.${flag}`)}</p> : null}
      <FormFrame form={{ ...form, changed: false }} submit={t(on ? "turn.on" : "turn.off")} cancel={onClose}>
        {on ? (
          <SelectField
            form={form}
            name="hours"
            label={t("how.long")}
            hint={t("how.long.hint")}
            options={[...HOURS.map((hours) => ({ value: hours as string, label: t("hours", { n: hours }) })), { value: "", label: t("until.hand") }]}
          />
        ) : null}
      </FormFrame>
    </Dialog>
  );
}
