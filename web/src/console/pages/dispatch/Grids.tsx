import { useQuery, useQueryClient } from "@tanstack/react-query";
import i18next from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useMe } from "../../../parts/session";
import { useNotices } from "../../../parts/undo";
import { together } from "../../../look/format";
import { currentLanguage, say } from "../../../text/start";
import { Asked, Confirm, EmptyYet, KeepTyped, useTyped } from "../../parts";
import { type GridNode, grids, saveCut } from "./asking";
import { Balances } from "./Balances";
import { changed, type Cut, moved } from "./cut";
import { flat, namesOf } from "./flat";
import { Frame } from "./Frame";

/** Which building lies in which grid, who works there, how even the work is, and a more even cut. */
export function Grids() {
  const { t } = useTranslation("dispatch");
  const me = useMe();
  const found = useQuery(grids);
  return (
    <Frame>
      <Asked query={found} lines={8}>
        {(answer) =>
          answer.items.length === 0 ? (
            <EmptyYet icon="people" title={t("grids.none")} />
          ) : (
            <KeepTyped newest={answer} version={versionOf(answer.items)}>
              {({ items, outside }) => <Cutter items={flat(items)} outside={outside} may={me.permissions.includes("grids.edit")} />}
            </KeepTyped>
          )
        }
      </Asked>
      {me.permissions.includes("grids.plan") ? <Balances /> : null}
    </Frame>
  );
}

const versionOf = (items: readonly GridNode[]) => flat(items).map((each) => `${each.id}@${each.version}`).join(" ");
let dragged: string | null = null;

function Cutter({ items, outside, may }: { items: GridNode[]; outside: string[]; may: boolean }) {
  const { t } = useTranslation("dispatch");
  const queries = useQueryClient();
  const tell = useNotices((notices) => notices.tell);
  const names = useQuery(namesOf);
  const leaves = items.filter((each) => each.kind === "grid");
  const before: Cut[] = leaves.map((each) => ({ grid: each.id, buildings: each.buildings }));
  const [cut, setCut] = useState(before);
  const [asked, setAsked] = useState(false);
  const [saved, setSaved] = useState(false);
  const building = (id: string) => say(names.data?.find((each) => each.id === id)?.name) || id;
  const fresh = changed(before, cut);
  useTyped(fresh.length > 0 && !saved);
  const put = (id: string, target: string) => setCut((old) => moved(old, id, target));
  return (
    <section aria-labelledby="dispatch-grids">
      <h2 id="dispatch-grids">{t("grids")}</h2>
      {outside.length > 0 ? <p className="told dispatch-gaps">{t("grids.outside", { names: together(outside.map(building), currentLanguage()) })}</p> : null}
      <ul className="dispatch-grids">
        {leaves.map((grid) => {
          const above = items.find((each) => each.id === grid.parent);
          const buildings = cut.find((each) => each.grid === grid.id)?.buildings ?? [];
          return (
            <li
              key={grid.id}
              className="card dispatch-grid"
              onDragOver={(event) => dragged && may && event.preventDefault()}
              onDrop={(event) => {
                event.preventDefault();
                if (dragged && may) put(dragged, grid.id);
                dragged = null;
              }}
            >
              <h3>{say(grid.name)}</h3>
              <p className="second numbers">
                {above ? `${say(above.name)} · ` : ""}
                {t("grids.counts", { households: grid.households, devices: grid.devices })}
              </p>
              <p>{grid.people.length > 0 ? together(grid.people.map((each) => each.name), currentLanguage()) : <b>{t("grids.nobody")}</b>}</p>
              <ul className="dispatch-buildings">
                {buildings.map((id) => (
                  <li key={id} draggable={may} onDragStart={() => (dragged = id)} onDragEnd={() => (dragged = null)}>
                    <span>{building(id)}</span>
                    {may ? (
                      <label>
                        <span className="only-heard">{t("grids.move", { name: building(id) })}</span>
                        <select className="input" value={grid.id} onChange={(event) => put(id, event.target.value)}>
                          {leaves.map((each) => (
                            <option key={each.id} value={each.id}>
                              {say(each.name)}
                            </option>
                          ))}
                        </select>
                      </label>
                    ) : null}
                  </li>
                ))}
              </ul>
            </li>
          );
        })}
      </ul>
      {fresh.length > 0 ? (
        <p className="row-of dispatch-save">
          <button type="button" className="button main" aria-haspopup="dialog" onClick={() => setAsked(true)}>
            {t("grids.save", { n: fresh.length })}
          </button>
          <button type="button" className="button" onClick={() => setCut(before)}>
            {t("grids.back")}
          </button>
        </p>
      ) : null}
      {asked ? (
        <Confirm
          title={t("grids.save", { n: fresh.length })}
          text={t("grids.save.text")}
          act={t("grids.save.go")}
          reason="needed"
          send={(reason) => saveCut(fresh, reason)}
          onDone={() => {
            tell(() => i18next.t("dispatch:grids.saved"));
            setSaved(true);
            void queries.invalidateQueries({ queryKey: ["grids"] });
          }}
          onClose={() => setAsked(false)}
        />
      ) : null}
    </section>
  );
}
