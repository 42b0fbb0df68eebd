import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { say } from "../../../text/start";
import { Asked, Choice, type Column, EmptyYet, Filters, Page, Rows, Search, StateTag, useUrl } from "../../parts";
import { devices as readDevices, drawings as readDrawings, places as readPlaces } from "./asking";
import { type Room, roomsOf, standsIn } from "./layout";
import { page } from "./page";

/** Every place, whether it has a plan, and how many of its devices are on it. */
export function AllPlaces() {
  const { t } = useTranslation("drawings");
  const places = useQuery(readPlaces);
  const found = useQuery(readDrawings);
  const devices = useQuery(readDevices).data?.items ?? [];
  const [has] = useUrl("has");
  const drawn = new Map((found.data?.items ?? []).map((drawing) => [drawing.place, drawing]));
  const columns: [Column<Room>, ...Column<Room>[]] = [
    { key: "place", title: t("place"), value: (room) => (room.node ? say(room.node.name) : t("site")) },
    { key: "way", title: t("way"), value: (room) => room.way.map((node) => say(node.name)).join(" › ") },
    {
      key: "has",
      title: t("has"),
      value: (room) => t(drawn.has(room.id) ? "has.yes" : "has.no"),
      cell: (room) => <StateTag tone={drawn.has(room.id) ? "good" : "off"}>{t(drawn.has(room.id) ? "has.yes" : "has.no")}</StateTag>,
    },
    { key: "placed", title: t("placed"), value: (room) => drawn.get(room.id)?.devices.length ?? 0, numeric: true },
    { key: "inside", title: t("inside"), value: (room) => devices.filter((device) => standsIn(device, room.id)).length, numeric: true },
  ];
  return (
    <Page title={say(page.title)} help={{ for: t("help.for"), do: t("help.do") }} lead={t("lead")}>
      <Filters>
        <Search />
        <Choice name="has" label={t("has")} options={[{ value: "yes", label: t("has.yes") }, { value: "no", label: t("has.no") }]} />
      </Filters>
      <Asked query={places} lines={8}>
        {({ tree }) => (
          <Asked query={found}>
            {() => {
              const rooms = roomsOf(tree);
              return (
                <Rows
                  caption={t("table")}
                  rows={rooms.filter((room) => !has || (has === "yes") === drawn.has(room.id))}
                  all={rooms.length}
                  columns={columns}
                  id={(room) => room.id}
                  link={(room) => `/floor-plans/${encodeURIComponent(room.id)}`}
                  filters={["has"]}
                  empty={<EmptyYet icon="map" title={t("table")} />}
                />
              );
            }}
          </Asked>
        )}
      </Asked>
    </Page>
  );
}
