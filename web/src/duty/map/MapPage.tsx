import "./map.css";

import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";

import { places as readPlaces } from "../../api/gateway";
import type { Marker, PlaceNode, PlaceTree } from "../../api/views";
import { PlanMap } from "../../parts/plan/PlanMap";
import { apart, type PlanPicture, type PlanSpot } from "../../parts/plan/spots";
import { Told } from "../../parts/Told";
import { useStream } from "../../stream/store";
import { say } from "../../text/start";
import { Go } from "../Go";
import { type Row, rowsOf } from "../rows";
import { Asked, Nothing, SeatFrame } from "../SeatFrame";
import { keep, useWhere } from "../where";
import { devices as readDevices, drawings as readDrawings, pictureOf } from "./asking";
import { Beside } from "./Beside";
import { type Device, devicesIn, type Drawing, type Layer, layerOf, LAYERS, newestRed, SITE, standingOf, wayTo } from "./standing";

const ROOM = [0.1, 0.12] as const; // that a spot with its name takes of the drawing
const EVERY_MS = 30_000;

/** 平面图: the estate, a building, a floor, each with the worst that is open at every spot, and the same as a list. */
export default function MapPage() {
  const { t } = useTranslation("map");
  const tree = useQuery({ queryKey: ["places"], queryFn: readPlaces, staleTime: 600_000 });
  const drawings = useQuery({ queryKey: ["drawings"], queryFn: readDrawings, staleTime: 60_000 });
  const devices = useQuery({ queryKey: ["devices"], queryFn: readDevices, refetchInterval: EVERY_MS });
  return (
    <SeatFrame title={t("title")} help={t("help")}>
      <Asked query={tree}>
        {(places) => (
          <Asked query={devices}>{({ items }) => <Asked query={drawings}>{(plans) => <Open places={places} devices={items} drawings={plans.items} />}</Asked>}</Asked>
        )}
      </Asked>
    </SeatFrame>
  );
}

function Open({ places, devices, drawings }: { places: PlaceTree; devices: Device[]; drawings: Drawing[] }) {
  const { t } = useTranslation("map");
  const place = new URLSearchParams(useWhere((where) => where.search)).get("place") ?? SITE;
  const found = wayTo(places.tree, place);
  const live = useStream((stream) => stream.live);
  const rows = useMemo(() => rowsOf(live), [live]);
  const [layers, setLayers] = useState<Layer[]>([...LAYERS]);
  const [chosen, setChosen] = useState<string | null>(null);
  useEffect(() => setChosen(null), [place]);
  if (!found) {
    return (
      <Told title={t("gone")}>
        <Go to="/duty/map" className="button">
          {t("back")}
        </Go>
      </Told>
    );
  }
  const go = (id: string) => keep(id === SITE ? {} : { place: id });
  const drawing = drawings.find((each) => each.place === place);
  const shown = devicesIn(devices, place, drawing).filter((device) => layers.includes(layerOf(device.type)));
  const toggle = (layer: Layer) => setLayers(layers.includes(layer) ? layers.filter((each) => each !== layer) : [...layers, layer]);
  return (
    <>
      <Way way={found.way} go={go} />
      <div className="segmented map-layers" role="group" aria-label={t("layers")}>
        {LAYERS.map((layer) => (
          <button key={layer} type="button" aria-pressed={layers.includes(layer)} onClick={() => toggle(layer)}>
            {t(`layer.${layer}`)}
          </button>
        ))}
      </div>
      <div className="map-body">
        <Picture
          place={place}
          name={found.way.length > 0 ? say(found.way[found.way.length - 1]?.name) : t("site")}
          inside={found.inside}
          markers={place === SITE ? places.plan.markers : []}
          svg={place === SITE ? places.plan : null}
          drawing={drawing}
          shown={shown}
          devices={devices}
          rows={rows}
          chosen={chosen}
          choose={setChosen}
          go={go}
        />
        <Beside inside={found.inside} shown={shown} all={devices} rows={rows} chosen={chosen} choose={setChosen} go={go} drawing={drawing} />
      </div>
    </>
  );
}

function Way({ way, go }: { way: PlaceNode[]; go: (id: string) => void }) {
  const { t } = useTranslation("map");
  const steps = [{ id: SITE, name: t("site") }, ...way.map((node) => ({ id: node.id, name: say(node.name) }))];
  return (
    <nav className="map-way" aria-label={t("way")}>
      <ol>
        {steps.map((step, index) => (
          <li key={step.id}>
            {index < steps.length - 1 ? (
              <button type="button" className="button quiet" onClick={() => go(step.id)}>
                {step.name}
              </button>
            ) : (
              <b aria-current="location">{step.name}</b>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}

interface Shown {
  place: string;
  name: string;
  inside: PlaceNode[];
  markers: Marker[];
  svg: PlaceTree["plan"] | null;
  drawing: Drawing | undefined;
  shown: Device[];
  devices: Device[];
  rows: Row[];
  chosen: string | null;
  choose: (key: string | null) => void;
  go: (id: string) => void;
}

/** The uploaded picture, or the one drawn from the places; where there is neither, the places as tiles. */
function Picture({ name, inside, markers, svg, drawing, shown, devices, rows, chosen, choose, go }: Shown) {
  const { t } = useTranslation(["map", "common"]);
  const drawn = useDrawn(drawing ? null : svg);
  const picture = useMemo<PlanPicture | null>(
    () => (drawing ? { url: pictureOf(drawing.picture), width: drawing.width, height: drawing.height } : svg ? drawn : null), // the drawn one is gone as soon as another place is shown
    [drawing, svg, drawn],
  );
  const standing = standingOf(rows, devices);
  const words = (own: string, worst: { level: PlanSpot["level"]; count: number } | undefined) =>
    worst?.level ? `${own}: ${t("count", { level: t(`common:level.${worst.level}`), n: worst.count })}` : `${own}: ${t("calm")}`;
  const spots: PlanSpot[] = [];
  const names = new Map(inside.map((node) => [node.id, say(node.name)]));
  const marked: { id: string; x: number; y: number; name?: Marker["name"] }[] = drawing ? drawing.places : markers;
  for (const spot of marked) {
    const worst = standing.places[spot.id];
    const own = names.get(spot.id) ?? (spot.name ? say(spot.name) : spot.id);
    spots.push({ key: `place:${spot.id}`, x: spot.x, y: spot.y, name: words(own, worst), kind: "place", level: worst?.level ?? null, count: worst?.count ?? 0, stale: false, chosen: chosen === `place:${spot.id}`, ...(drawing ? {} : { label: own }) });
  }
  const known = new Map(shown.map((device) => [device.id, device]));
  const placed = drawing?.devices ?? shown.flatMap((device) => (svg && device.x !== null && device.y !== null ? [{ id: device.id, x: device.x, y: device.y }] : []));
  for (const spot of placed) {
    const device = known.get(spot.id);
    if (!device) continue;
    const worst = standing.devices[device.id];
    const kind = layerOf(device.type) === "camera" ? "camera" : "device";
    spots.push({ key: `device:${device.id}`, x: spot.x, y: spot.y, name: words(say(device.name), worst), kind, level: worst?.level ?? null, count: worst?.count ?? 0, stale: device.online === false, chosen: chosen === `device:${device.id}` });
  }
  const red = newestRed(rows, spots.map((spot) => spot.key), devices);
  if (!picture) {
    return inside.length > 0 ? (
      <section className="map-tiles">
        <p className="told">{t("no_plan")}</p>
        <ul>
          {inside.map((node) => {
            const worst = standing.places[node.id];
            return (
              <li key={node.id}>
                <button type="button" className={worst ? `tint ${worst.level}` : ""} onClick={() => go(node.id)}>
                  <b>{say(node.name)}</b>
                  <span>{worst ? t("count", { level: t(`common:level.${worst.level}`), n: worst.count }) : t("calm")}</span>
                </button>
              </li>
            );
          })}
        </ul>
      </section>
    ) : (
      <Nothing icon="map" title={shown.length > 0 ? t("no_plan") : t("none_here")} />
    );
  }
  return (
    <section className="map-picture">
      <PlanMap picture={picture} alt={t("alt", { name })} spots={drawing ? spots : apart(spots, ...ROOM)} zoom={{ in: t("zoom.in"), out: t("zoom.out") }} attend={red} onPick={(key) => choose(chosen === key ? null : key)} />
      {drawing ? null : <p className="second">{t("drawn")}</p>}
    </section>
  );
}

const WORDS = /<text[^>]*>[^<]*<\/text>/g; // names stand at the spots, in the language of the page

/** The drawing that the gateway made, as a picture that a page may show. */
function useDrawn(plan: PlaceTree["plan"] | null): PlanPicture | null {
  const [picture, setPicture] = useState<PlanPicture | null>(null);
  const [svg, width, height] = [plan?.svg, plan?.width, plan?.height];
  useEffect(() => {
    if (svg === undefined || width === undefined || height === undefined) return setPicture(null);
    const url = URL.createObjectURL(new Blob([svg.replace(WORDS, "")], { type: "image/svg+xml" }));
    setPicture({ url, width, height });
    return () => URL.revokeObjectURL(url);
  }, [svg, width, height]);
  return picture;
}
