import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { useMe } from "../../../parts/session";
import { say } from "../../../text/start";
import { Asked, Choice, type Column, EmptyYet, Filters, LevelChip, PrintButton, Rows, Search, useUrl, When } from "../../parts";
import { type Device, devices } from "./asking";
import { Frame } from "./Frame";
import { LabelsBox } from "./LabelsBox";
import { StateCell } from "./StateCell";
import { chosen, isLow, LIVES, STATES } from "./standing";
import { Summary } from "./Summary";
import { typeWords } from "./words";

const FILTERS = ["place", "type", "state", "life", "profile"];

/** Every device: how it is, since when, when it was last heard, its battery; narrowed by place, type, state and model. */
export function DeviceList() {
  const { t } = useTranslation(["devices", "console"]);
  const me = useMe();
  const found = useQuery(devices);
  const [printing, setPrinting] = useState(false);
  const wanted = { place: useUrl("place")[0], type: useUrl("type")[0], state: useUrl("state")[0], life: useUrl("life")[0], profile: useUrl("profile")[0] };
  const columns: [Column<Device>, ...Column<Device>[]] = [
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
  const add = me.permissions.includes("devices.claim") ? (
    <Link className="button main" to="/devices/add">
      {t("add")}
    </Link>
  ) : null;
  const labels = me.permissions.includes("devices.edit") ? (
    <button type="button" className="button" onClick={() => setPrinting(true)}>
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
        {({ items }) => (
          <>
            <Summary devices={items} />
            <Choices devices={items} />
            <Rows
              caption={t("table")}
              rows={chosen(items, wanted)}
              all={items.length}
              columns={columns}
              id={(each) => each.id}
              link={(each) => `/devices/${encodeURIComponent(each.id)}`}
              filters={FILTERS}
              {...(me.permissions.includes("devices.edit") ? { xlsx: "/api/estate/export?format=xlsx" } : {})}
              empty={
                <EmptyYet icon="plug" title={t("none")}>
                  {add}
                </EmptyYet>
              }
            />
            {printing ? <LabelsBox devices={items} onClose={() => setPrinting(false)} /> : null}
          </>
        )}
      </Asked>
    </Frame>
  );
}

/** Choices of what there is: no choice that leads to nothing. */
function Choices({ devices }: { devices: readonly Device[] }) {
  const { t } = useTranslation("devices");
  const offered = (pick: (each: Device) => string | null, words: (value: string) => string) =>
    [...new Set(devices.map(pick).filter((value): value is string => Boolean(value)))].map((value) => ({ value, label: words(value) })).sort((a, b) => a.label.localeCompare(b.label, "zh-CN"));
  const placeOf = new Map(devices.map((each) => [each.building ?? each.zone ?? "", each]));
  const placeWords = (value: string) => {
    const there = placeOf.get(value);
    return there?.zone === value ? say(there.place) : t("place.building", { id: value });
  };
  const lives = LIVES.filter((life) => devices.some((each) => each.state === life));
  return (
    <Filters>
      <Search />
      <Choice name="place" label={t("place")} options={offered((each) => each.building ?? each.zone, placeWords)} />
      <Choice name="type" label={t("type")} options={offered((each) => each.type, (value) => say(typeWords(value)))} />
      <Choice name="state" label={t("state")} options={[...STATES.map((each) => ({ value: each, label: t(`state.${each}`) })), { value: "low", label: t("state.low") }]} />
      {lives.length > 1 ? <Choice name="life" label={t("life")} options={lives.map((each) => ({ value: each, label: t(`life.${each}`) }))} /> : null}
      <Choice name="profile" label={t("profile")} options={offered((each) => each.profile, (value) => value)} />
    </Filters>
  );
}
