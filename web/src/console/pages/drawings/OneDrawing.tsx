import "./drawings.css";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import i18next from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { useNotices } from "../../../parts/undo";
import { say } from "../../../text/start";
import { Asked, Confirm, KeepTyped, Page, type Version, Versions } from "../../parts";
import { devices as readDevices, type Drawing, drawings as readDrawings, drop, places as readPlaces, type Save, save, versions } from "./asking";
import { Editor } from "./Editor";
import { roomsOf } from "./layout";

/** One place's plan: its picture, what stands on it, its versions. */
export function OneDrawing({ place }: { place: string }) {
  const { t } = useTranslation("drawings");
  const places = useQuery(readPlaces);
  const found = useQuery(readDrawings);
  const devices = useQuery(readDevices);
  const queries = useQueryClient();
  const again = () => void queries.invalidateQueries({ queryKey: ["drawings"] });
  const room = roomsOf(places.data?.tree ?? []).find((each) => each.id === place);
  const name = room?.node ? [...room.way, room.node].map((node) => say(node.name)).join(" › ") : t("site");
  const drawing = found.data?.items.find((each) => each.place === place);
  const history = useQuery(versions(place));
  const version = history.data?.items[0]?.version ?? drawing?.version ?? 0;
  return (
    <Page title={places.data ? name : ""} help={{ for: t("help.for"), do: t("help.do") }} actions={<Actions drawing={drawing} name={name} again={again} />}>
      <Asked query={places} lines={6}>
        {() =>
          room ? (
            <Asked query={found}>
              {() => (
                <Asked query={devices}>
                  {({ items }) => (
                    <Asked query={history}>
                      {(kept) => (
                        <>
                          <KeepTyped newest={drawing} version={version}>
                            {(began, seen) => <Editor key={began?.version ?? 0} room={room} name={name} drawing={began} version={seen} devices={items} again={again} />}
                          </KeepTyped>
                          {kept.items.length > 0 ? (
                            <section>
                              <h2>{t("versions")}</h2>
                              <Versions versions={kept.items} back={(each, reason) => save(bodyOf(place, each, version, reason))} onBack={again} />
                            </section>
                          ) : null}
                        </>
                      )}
                    </Asked>
                  )}
                </Asked>
              )}
            </Asked>
          ) : (
            <div className="told">
              <p>{t("gone", { place })}</p>
            </div>
          )
        }
      </Asked>
    </Page>
  );
}

/** An earlier version, as it is saved once more. */
function bodyOf(place: string, kept: Version, version: number, reason: string): Save {
  const { picture, width, height, devices, places } = (kept.entry ?? {}) as Partial<Save>;
  return { place, picture: picture ?? "", width: width ?? 1, height: height ?? 1, devices: devices ?? {}, places: places ?? {}, version, reason };
}

function Actions({ drawing, name, again }: { drawing: Drawing | undefined; name: string; again: () => void }) {
  const { t } = useTranslation("drawings");
  const tell = useNotices((notices) => notices.tell);
  const [asked, setAsked] = useState(false);
  return (
    <>
      <Link className="button" to="/floor-plans">
        {t("all")}
      </Link>
      {drawing ? (
        <button type="button" className="button" aria-haspopup="dialog" onClick={() => setAsked(true)}>
          {t("drop")}
        </button>
      ) : null}
      {asked && drawing ? (
        <Confirm
          title={t("drop")}
          text={t("drop.text", { name })}
          act={t("drop")}
          reason="needed"
          send={(reason) => drop(drawing.place, drawing.version, reason)}
          onDone={() => {
            tell(() => i18next.t("drawings:dropped"));
            again();
          }}
          onClose={() => setAsked(false)}
        />
      ) : null}
    </>
  );
}
