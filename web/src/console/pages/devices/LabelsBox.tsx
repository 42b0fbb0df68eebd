import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { say } from "../../../text/start";
import { Dialog } from "../../parts";
import { devices, type Table } from "./asking";
import { LIVES } from "./standing";

/** Which labels are printed: the gateway makes the page, it opens beside this one. */
export function LabelsBox({ table, onClose }: { table: Table; onClose: () => void }) {
  const { t } = useTranslation(["devices", "console"]);
  const [building, setBuilding] = useState("");
  const [life, setLife] = useState("");
  const all = useQuery(devices);
  const items = all.data?.items ?? [];
  const fitting = items.filter((each) => each.profile && (!building || each.building === building) && (!life || each.state === life));
  const buildings = table.places.filter((place) => items.some((each) => each.building === place.value));
  const query = new URLSearchParams({ ...(building ? { building } : {}), ...(life ? { state: life } : {}) });
  return (
    <Dialog title={t("labels")} open onClose={onClose}>
      <div className="form">
        <p>{t("labels.text")}</p>
        <label className="field">
          <span>{t("labels.building")}</span>
          <select className="input" value={building} onChange={(event) => setBuilding(event.target.value)}>
            <option value="">{t("console:rows.all")}</option>
            {buildings.map((each) => (
              <option key={each.value} value={each.value}>
                {say(each.name)}
              </option>
            ))}
          </select>
        </label>
        <label className="field">
          <span>{t("life")}</span>
          <select className="input" value={life} onChange={(event) => setLife(event.target.value)}>
            <option value="">{t("console:rows.all")}</option>
            {LIVES.filter((each) => (table.lives[each] ?? 0) > 0).map((each) => (
              <option key={each} value={each}>
                {t(`life.${each}`)}
              </option>
            ))}
          </select>
        </label>
        <p role="status">
          {all.isPending ? " " : t("labels.count", { n: fitting.length })}
          {fitting.length > 0 && fitting.length <= 3 ? ` · ${fitting.map((each) => say(each.name)).join(" · ")}` : ""}
        </p>
        {fitting.length > 0 ? (
          <div className="form-foot">
            <a className="button main" href={`/api/estate/labels?${query.toString()}`} target="_blank" rel="noreferrer">
              {t("labels.open")}
            </a>
          </div>
        ) : null}
      </div>
    </Dialog>
  );
}
