import i18next from "i18next";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";

import { Refusal } from "../../../api/client";
import { PlanMap } from "../../../parts/plan/PlanMap";
import type { PlanSpot } from "../../../parts/plan/spots";
import { useNotices } from "../../../parts/undo";
import { say } from "../../../text/start";
import { EmptyYet, FormFrame, TextField, useForm } from "../../parts";
import { type Device, type Drawing, pictureOf, save } from "./asking";
import { freeSpot, type Room, round, type Spots, spotsOf, standsIn, without } from "./layout";
import { SpotList, type Thing } from "./SpotList";
import { UploadPicture } from "./UploadPicture";

interface Given {
  room: Room;
  name: string;
  drawing: Drawing | undefined;
  version: number;
  devices: Device[];
  again: () => void;
}

interface Body {
  picture: { sha256: string; width: number; height: number } | null;
  devices: Spots;
  places: Spots;
  reason: string;
}

/** The picture with everything that can be moved on it, by pointer, by arrow keys, or by numbers. */
export function Editor({ room, name, drawing, version, devices, again }: Given) {
  const { t } = useTranslation("drawings");
  const { tell, warn } = useNotices();
  const [chosen, setChosen] = useState<string | null>(null);
  const start: Body = {
    picture: drawing ? { sha256: drawing.picture, width: drawing.width, height: drawing.height } : null,
    devices: spotsOf(drawing?.devices ?? []),
    places: spotsOf(drawing?.places ?? []),
    reason: "",
  };
  const form = useForm(
    start,
    ({ picture, ...body }) => save({ place: room.id, picture: picture?.sha256 ?? "", width: picture?.width ?? 1, height: picture?.height ?? 1, ...body, version }),
    () => {
      tell(() => i18next.t("drawings:saved"));
      again();
    },
  );
  const { body, set } = form;
  const things = thingsOf(room, devices, body);
  const put = (thing: Thing, spot: [number, number] | null) => {
    const which = thing.place ? "places" : "devices";
    set(which, spot === null ? without(body[which], thing.id) : { ...body[which], [thing.id]: spot });
    setChosen(spot === null ? null : thing.key);
  };
  const move = (key: string, at: { x: number; y: number }) => {
    const thing = things.find((each) => each.key === key);
    if (thing) put(thing, [at.x, at.y]);
  };
  const spots: PlanSpot[] = things.flatMap((thing) =>
    thing.spot
      ? [{ key: thing.key, x: thing.spot[0], y: thing.spot[1], name: thing.name, kind: thing.place ? ("place" as const) : thing.camera ? ("camera" as const) : ("device" as const), level: null, count: 0, stale: false, chosen: chosen === thing.key, label: thing.name }]
      : [],
  );
  const picture = useMemo(() => (body.picture ? { url: pictureOf(body.picture.sha256), width: body.picture.width, height: body.picture.height } : null), [body.picture]);
  const uploader = (
    <UploadPicture
      other={picture !== null}
      uploaded={({ sha256, width, height }) => {
        set("picture", { sha256, width, height });
        tell(() => i18next.t("drawings:uploaded"));
      }}
      refused={(error) => warn(() => (error instanceof Refusal ? say(error.detail) : String(error)))}
    />
  );
  if (!picture) {
    return (
      <EmptyYet icon="map" title={t("none")}>
        <p className="second">{t("none.text")}</p>
        {uploader}
      </EmptyYet>
    );
  }
  return (
    <FormFrame form={form} submit={t("save")}>
      <div className="drawings-body">
        <div className="drawings-picture">
          <PlanMap picture={picture} alt={t("alt", { name })} spots={spots} zoom={{ in: t("zoom.in"), out: t("zoom.out") }} onPick={setChosen} onMove={move} />
          <p className="second">{t("hint.move")}</p>
          {uploader}
        </div>
        <SpotList things={things} chosen={chosen} choose={setChosen} put={put} fresh={(thing) => put(thing, freeSpot({ ...body.devices, ...body.places }).map(round) as [number, number])} />
      </div>
      <TextField form={form} name="reason" label={t("reason")} />
    </FormFrame>
  );
}

/** Everything that may stand on this plan: the devices in the place and the places directly in it. */
function thingsOf(room: Room, devices: Device[], body: Body): Thing[] {
  return [
    ...room.inside.map((node) => ({ key: `place:${node.id}`, id: node.id, name: say(node.name), place: true, camera: false, zone: null, spot: body.places[node.id] ?? null })),
    ...devices
      .filter((device) => standsIn(device, room.id) || body.devices[device.id])
      .map((device) => ({ key: `device:${device.id}`, id: device.id, name: say(device.name), place: false, camera: device.type === "camera", zone: device.zone, spot: body.devices[device.id] ?? null })),
  ];
}
