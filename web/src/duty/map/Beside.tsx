import { useTranslation } from "react-i18next";

import type { PlaceNode } from "../../api/views";
import { moment, span } from "../../look/format";
import { LevelChip } from "../../parts/Level";
import { useMe } from "../../parts/session";
import { useNow } from "../../parts/useNow";
import { currentLanguage, say } from "../../text/start";
import { inOrder, isActive, type Row, type Worst } from "../rows";
import { useStation } from "../station";
import { addressOfCase, go as open } from "../where";
import { type Device, type Drawing, placesOf, standingOf } from "./standing";

interface Given {
  inside: PlaceNode[];
  shown: Device[];
  all: Device[];
  rows: Row[];
  chosen: string | null;
  choose: (key: string | null) => void;
  go: (id: string) => void;
  drawing: Drawing | undefined;
}

/** Everything that the plan shows, as a list for the keyboard and for who hears the page; and what is open at the chosen spot. */
export function Beside({ inside, shown, all, rows, chosen, choose, go, drawing }: Given) {
  const { t } = useTranslation("map");
  const standing = standingOf(rows, all);
  const placed = new Set(drawing?.devices.map((spot) => spot.id));
  const onPlan = drawing ? shown.filter((device) => placed.has(device.id)) : shown;
  const offPlan = drawing ? shown.filter((device) => !placed.has(device.id)) : [];
  return (
    <aside className="map-beside">
      {chosen ? <OpenHere chosen={chosen} inside={inside} all={all} rows={rows} go={go} /> : null}
      {inside.length > 0 ? (
        <section>
          <h3>{t("list.places")}</h3>
          <ul>
            {inside.map((node) => (
              <li key={node.id} className="map-line">
                <button type="button" className="button quiet" aria-pressed={chosen === `place:${node.id}`} onClick={() => choose(chosen === `place:${node.id}` ? null : `place:${node.id}`)}>
                  {say(node.name)}
                </button>
                <How worst={standing.places[node.id]} />
                <button type="button" className="button" aria-label={t("enter.what", { name: say(node.name) })} onClick={() => go(node.id)}>
                  {t("enter")}
                </button>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      <Devices title={t("list.devices")} devices={onPlan} standing={standing.devices} chosen={chosen} choose={choose} />
      <Devices title={t("list.unplaced")} devices={offPlan} standing={standing.devices} chosen={chosen} choose={choose} />
    </aside>
  );
}

function How({ worst }: { worst: Worst | undefined }) {
  const { t } = useTranslation("map");
  if (!worst) return <span className="second">{t("calm")}</span>;
  return (
    <span>
      <LevelChip level={worst.level} /> <b className="numbers">{worst.count}</b>
    </span>
  );
}

function Devices({ title, devices, standing, chosen, choose }: { title: string; devices: Device[]; standing: Record<string, Worst>; chosen: string | null; choose: (key: string | null) => void }) {
  const { t } = useTranslation("map");
  const me = useMe();
  const now = useNow();
  const language = currentLanguage();
  if (devices.length === 0) return null;
  const state = (device: Device) =>
    device.last_at === null ? t("never") : device.online === false ? t("stale", { at: moment(device.last_at, me.site.timezone, language, now) }) : t("online");
  return (
    <section>
      <h3>{title}</h3>
      <ul>
        {devices.map((device) => (
          <li key={device.id} className="map-line">
            <button type="button" className="button quiet" aria-pressed={chosen === `device:${device.id}`} onClick={() => choose(chosen === `device:${device.id}` ? null : `device:${device.id}`)}>
              {say(device.name)}
            </button>
            <span className="second numbers">{state(device)}</span>
            {standing[device.id] ? <How worst={standing[device.id]} /> : null}
          </li>
        ))}
      </ul>
    </section>
  );
}

function OpenHere({ chosen, inside, all, rows, go }: { chosen: string; inside: PlaceNode[]; all: Device[]; rows: Row[]; go: (id: string) => void }) {
  const { t } = useTranslation("map");
  const now = useNow();
  const { setBuilding } = useStation();
  const [kind, id] = [chosen.slice(0, chosen.indexOf(":")), chosen.slice(chosen.indexOf(":") + 1)];
  const node = inside.find((each) => each.id === id);
  const device = all.find((each) => each.id === id);
  const name = kind === "place" ? (node ? say(node.name) : id) : device ? say(device.name) : id;
  const known = new Map(all.map((each) => [each.id, each]));
  const here = inOrder(rows.filter((row) => isActive(row) && stands(row, kind, id, known)));
  const building = kind === "place" && !id.includes("/") ? id : null;
  return (
    <section className="card map-open" aria-live="polite">
      <h3>{t("open.title", { name })}</h3>
      {here.length === 0 ? <p className="second">{t("open.none")}</p> : null}
      <ul>
        {here.slice(0, 8).map((row) => (
          <li key={row.key}>
            <LevelChip level={row.level} />{" "}
            {row.incident ? (
              <a
                href={addressOfCase(row.key)}
                onClick={(event) => {
                  event.preventDefault();
                  open(addressOfCase(row.key));
                }}
              >
                {say(row.title)}
              </a>
            ) : (
              say(row.title)
            )}{" "}
            <span className="second numbers">{span(now - Date.parse(row.openedAt), currentLanguage())}</span>
          </li>
        ))}
      </ul>
      <p className="map-acts">
        {node ? (
          <button type="button" className="button main" onClick={() => go(node.id)}>
            {t("enter")}
          </button>
        ) : null}
        {building ? (
          <button
            type="button"
            className="button"
            onClick={() => {
              setBuilding(building);
              open("/duty");
            }}
          >
            {t("open.desk")}
          </button>
        ) : null}
      </p>
    </section>
  );
}

function stands(row: Row, kind: string, id: string, known: Map<string, Device>): boolean {
  const device = row.incident?.device ?? row.alert?.device ?? "";
  if (kind === "device") return device === id;
  return placesOf(known.get(device) ?? { building: row.building, unit: null, floor: null, zone: row.zone }).includes(id);
}
