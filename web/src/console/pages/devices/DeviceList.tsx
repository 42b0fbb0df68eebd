import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { useMe } from "../../../parts/session";
import { say } from "../../../text/start";
import { Asked, type Column, EmptyYet, LevelChip, PrintButton, Rows, useUrl, When } from "../../parts";
import { useLater } from "../places/useLater";
import { type Device, table, type Wanted, wholeTable } from "./asking";
import { Frame } from "./Frame";
import { LabelsBox } from "./LabelsBox";
import { Narrow } from "./Narrow";
import { StateCell } from "./StateCell";
import { isLow } from "./standing";
import { Summary } from "./Summary";
import { typeWords } from "./words";

const FILTERS = ["place", "type", "state", "life", "profile"];
const PAUSE_MS = 250;

/** Every device: how it is, since when, when it was last heard, its battery; searched, ordered and paged by the gateway. */
export function DeviceList() {
  const { t } = useTranslation(["devices", "console"]);
  const me = useMe();
  const wanted = useWanted();
  const found = useQuery(table(wanted));
  const [printing, setPrinting] = useState(false);
  const columns = useColumns();
  const mayEdit = me.permissions.includes("devices.edit");
  const add = me.permissions.includes("devices.claim") ? (
    <Link className="button main" to="/devices/add">
      {t("add")}
    </Link>
  ) : null;
  const labels = mayEdit ? (
    <button type="button" className="button" aria-haspopup="dialog" onClick={() => setPrinting(true)}>
      {t("labels")}
    </button>
  ) : null;
  return (
    <Frame
      actions={
        <>
          {add}
          {labels}
          <PrintButton />
        </>
      }
    >
      <Asked query={found} lines={10}>
        {(shown) => (
          <>
            <Summary table={shown} />
            <Narrow table={shown} />
            <Rows
              caption={t("table")}
              rows={shown.items}
              all={shown.total}
              served={{ found: shown.found, page: shown.page, pages: shown.pages, whole: () => wholeTable(wanted) }}
              columns={columns}
              id={(each) => each.id}
              link={(each) => `/devices/${encodeURIComponent(each.id)}`}
              filters={FILTERS}
              {...(mayEdit ? { xlsx: "/api/estate/export?format=xlsx" } : {})}
              empty={
                <EmptyYet icon="plug" title={t("none")}>
                  {add}
                </EmptyYet>
              }
            />
            {printing ? <LabelsBox table={shown} onClose={() => setPrinting(false)} /> : null}
          </>
        )}
      </Asked>
    </Frame>
  );
}

function useWanted(): Wanted {
  const [typed] = useUrl("q");
  const q = useLater(typed.trim(), PAUSE_MS);
  return { q, place: useUrl("place")[0], type: useUrl("type")[0], state: useUrl("state")[0], life: useUrl("life")[0], profile: useUrl("profile")[0], sort: useUrl("sort")[0], page: useUrl("page")[0] };
}

function useColumns(): [Column<Device>, ...Column<Device>[]] {
  const { t } = useTranslation("devices");
  return [
    { key: "name", title: t("name"), value: (each) => say(each.name) },
    { key: "type", title: t("type"), value: (each) => say(typeWords(each.type)) },
    { key: "place", title: t("place"), value: (each) => say(each.place) },
    { key: "state", title: t("state"), value: (each) => t(`state.${each.availability.state}`), cell: (each) => <StateCell device={each} /> },
    { key: "heard", title: t("heard"), value: (each) => each.availability.heard_at, cell: (each) => (each.availability.heard_at ? <When at={each.availability.heard_at} age /> : t("heard.never")) },
    {
      key: "battery",
      title: t("battery.percent"),
      value: (each) => each.availability.battery,
      numeric: true,
      cell: (each) => (each.availability.battery === null ? "–" : <span className={isLow(each) ? "devices-low" : undefined}>{isLow(each) ? t("battery.low", { n: each.availability.battery }) : each.availability.battery}</span>),
    },
    { key: "alerts", title: t("alerts"), value: (each) => each.open_alerts, cell: (each) => (each.worst ? <LevelChip level={each.worst} /> : "–") },
  ];
}
