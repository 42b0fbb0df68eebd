import { useQuery, useQueryClient } from "@tanstack/react-query";
import i18next from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";

import { useNotices } from "../../../parts/undo";
import { say } from "../../../text/start";
import { Asked, Confirm, Versions } from "../../parts";
import { AddPlace } from "./AddPlace";
import { drop, find, inside, type Place, save, standing, versions } from "./asking";
import { Branches } from "./Branches";
import { EditPlace } from "./EditPlace";
import { KINDS_IN } from "./entry";
import { Frame } from "./Frame";

/** One place: the way to it, its names, what lies in it, what stands in it, its versions. */
export function OnePlace({ id }: { id: string }) {
  const { t } = useTranslation("places");
  const found = useQuery(find(id));
  const place = found.data?.items.find((each) => each.id === id);
  const queries = useQueryClient();
  const again = () => void queries.invalidateQueries({ queryKey: ["places"] });
  return (
    <Frame title={place ? say(place.name) : id} actions={place ? <PlaceActions place={place} again={again} /> : null}>
      <Asked query={found} lines={6}>
        {() =>
          place ? (
            <>
              <Way place={place} />
              <Names place={place} />
              <InIt place={place} />
              <Standing place={place} />
              {place.version > 0 ? <History place={place} again={again} /> : null}
            </>
          ) : (
            <div className="told">
              <p>{t("gone", { id })}</p>
            </div>
          )
        }
      </Asked>
    </Frame>
  );
}

function Way({ place }: { place: Place }) {
  const { t } = useTranslation("places");
  if (!place.parent) return null;
  return (
    <p className="places-way">
      <span className="second">{t("way")}</span> {place.way.map((part) => say(part)).join(" › ")}{" "}
      <Link className="button quiet" to={`/places/${encodeURIComponent(place.parent)}`}>
        {t("up")}
      </Link>
    </p>
  );
}

function Names({ place }: { place: Place }) {
  const { t } = useTranslation("places");
  return (
    <dl className="card facts">
      <div>
        <dt>{t("kind")}</dt>
        <dd>{t(`kind.${place.kind}`)}</dd>
      </div>
      <div>
        <dt>{t("aliases")}</dt>
        <dd>{place.aliases.length > 0 ? <span lang="zh">{place.aliases.join("、")}</span> : t("aliases.none")}</dd>
      </div>
      <div>
        <dt>{t("number")}</dt>
        <dd className="code">{place.id}</dd>
      </div>
    </dl>
  );
}

function InIt({ place }: { place: Place }) {
  const { t } = useTranslation("places");
  const found = useQuery(inside(place.id));
  if (place.inside === 0) return null;
  return (
    <section>
      <h2>{t("in", { n: place.inside })}</h2>
      <Asked query={found} lines={4}>
        {({ items }) => (
          <nav className="card places-tree" aria-label={t("in", { n: place.inside })}>
            <Branches places={items} />
          </nav>
        )}
      </Asked>
    </section>
  );
}

function Standing({ place }: { place: Place }) {
  const { t } = useTranslation("places");
  const found = useQuery(standing(place.id));
  if (Object.keys(place.parts).length === 0 || !found.data) return null;
  const { items, found: count } = found.data;
  return (
    <section>
      <h2>{t("devices", { n: count })}</h2>
      {items.length > 0 ? (
        <>
          <ul className="card places-devices">
            {items.map((each) => (
              <li key={each.id}>
                <Link className="row-link" to={`/devices/${encodeURIComponent(each.id)}`}>
                  {say(each.name)}
                </Link>
              </li>
            ))}
          </ul>
          {count > items.length ? (
            <Link className="button" to={`/devices?place=${encodeURIComponent(place.id)}`}>
              {t("devices.all", { n: count })}
            </Link>
          ) : null}
        </>
      ) : (
        <p className="second">{t("devices.none")}</p>
      )}
    </section>
  );
}

function History({ place, again }: { place: Place; again: () => void }) {
  const { t } = useTranslation("places");
  const found = useQuery(versions(place.id));
  return (
    <section>
      <h2>{t("versions")}</h2>
      <Asked query={found} lines={2}>
        {({ items }) => <Versions versions={items} back={(version, reason) => save(place.id, version.entry ?? {}, place.version, reason)} onBack={again} />}
      </Asked>
    </section>
  );
}

function PlaceActions({ place, again }: { place: Place; again: () => void }) {
  const { t } = useTranslation("places");
  const go = useNavigate();
  const queries = useQueryClient();
  const tell = useNotices((notices) => notices.tell);
  const [asked, setAsked] = useState<"add" | "edit" | "drop" | null>(null);
  const shut = () => setAsked(null);
  return (
    <>
      <button type="button" className="button main" aria-haspopup="dialog" onClick={() => setAsked("edit")}>
        {t("rename")}
      </button>
      {KINDS_IN[place.kind].length > 0 ? (
        <button type="button" className="button" aria-haspopup="dialog" onClick={() => setAsked("add")}>
          {t("add.inside")}
        </button>
      ) : null}
      {place.inside === 0 ? (
        <button type="button" className="button" aria-haspopup="dialog" onClick={() => setAsked("drop")}>
          {t("drop")}
        </button>
      ) : null}
      {asked === "add" ? <AddPlace parent={place} onDone={again} onClose={shut} /> : null}
      {asked === "edit" ? <EditPlace place={place} onDone={again} onClose={shut} /> : null}
      {asked === "drop" ? (
        <Confirm
          title={`${t("drop")} · ${say(place.name)}`}
          text={t("drop.text")}
          act={t("drop")}
          reason="needed"
          send={(reason) => drop(place.id, place.version, reason)}
          onDone={() => {
            tell(() => i18next.t("places:dropped", { name: say(place.name) }));
            void queries.invalidateQueries({ queryKey: ["places"], refetchType: "none" }); // what is shown next asks anew
            void go(place.parent ? `/places/${encodeURIComponent(place.parent)}` : "/places");
          }}
          onClose={shut}
        />
      ) : null}
    </>
  );
}
