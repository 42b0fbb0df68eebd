import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { api, said } from "../../../api/client";
import { useMe } from "../../../parts/session";
import { say } from "../../../text/start";
import { Asked, EmptyYet, PickKind, PickOne, PrintButton, useSetUrl, useUrl, WhenInput } from "../../parts";
import { instantOf } from "../../parts/zone";
import { grids, whatIf, type Where } from "./asking";
import { flat, namesOf } from "./flat";
import { Frame } from "./Frame";
import { Ladder } from "./Ladder";

/** Choose a kind, a place and a time: who would be told when, by which channel, who is next, and why. Nothing is sent. */
export function WhatIfPage() {
  const { t } = useTranslation("dispatch");
  const me = useMe();
  const set = useSetUrl();
  const [kind] = useUrl("kind");
  const [where] = useUrl("where");
  const [at] = useUrl("at");
  const found = useQuery(whatIf(kind, whereOf(where), at ? instantOf(at, me.site.timezone) : null));
  return (
    <Frame actions={kind ? <PrintButton /> : null}>
      <div className="dispatch-ask no-print">
        <div className="field">
          <span>{t("kind")}</span>
          <PickKind label={t("kind")} value={kind || null} onChange={(value) => set({ kind: value ?? "" })} />
        </div>
        <div className="field">
          <span>{t("where")}</span>
          <PickWhere label={t("where")} value={where || null} onChange={(value) => set({ where: value ?? "" })} />
        </div>
        <label className="field">
          <span>{t("at")}</span>
          <WhenInput kind="moment" value={at} onChange={(wall) => set({ at: wall })} />
        </label>
        {at ? (
          <button type="button" className="button" onClick={() => set({ at: "" })}>
            {t("at.now")}
          </button>
        ) : null}
      </div>
      {kind ? (
        <Asked query={found} lines={6}>
          {(answer) => <Ladder answer={answer} now={at === ""} />}
        </Asked>
      ) : (
        <EmptyYet icon="send" title={t("ask")}>
          {t("ask.text")}
        </EmptyYet>
      )}
    </Frame>
  );
}

/** `building:b1`, `grid:g1` or `device:d1` of the address as what the gateway asks for. */
function whereOf(where: string): Where {
  const [what, ...rest] = where.split(":");
  const id = rest.join(":");
  if (!id) return {};
  if (what === "building") return { building: id };
  if (what === "grid") return { grid: id };
  return what === "device" ? { device: id } : {};
}

/** A grid, a building or a device, found by any part of its name. */
function PickWhere({ label, value, onChange }: { label: string; value: string | null; onChange: (value: string | null) => void }) {
  const { t } = useTranslation("dispatch");
  const me = useMe();
  const tree = useQuery(grids);
  const buildings = useQuery(namesOf);
  const devices = useQuery({ queryKey: ["devices", "names"], queryFn: () => said(api.GET("/api/devices")), staleTime: 60_000, enabled: me.permissions.includes("devices.read") });
  const choices = [
    ...flat(tree.data?.items ?? []).map((each) => ({ value: `grid:${each.id}`, label: `${t("where.grid")} ${say(each.name)}` })),
    ...(buildings.data ?? []).map((each) => ({ value: `building:${each.id}`, label: `${t("where.building")} ${say(each.name)}` })),
    ...(devices.data?.items ?? []).map((each) => ({ value: `device:${each.id}`, label: `${t("where.device")} ${say(each.name)} · ${say(each.place)}` })),
  ];
  return <PickOne label={label} value={value} onChange={onChange} choices={choices} loading={tree.isPending || buildings.isPending} />;
}
