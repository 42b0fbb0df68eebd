import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { Icon } from "../../../parts/Icon";
import { say } from "../../../text/start";
import { Asked } from "../../parts";
import { inside, type Place } from "./asking";

/** Places of one level; each opens the next one when it is pressed. */
export function Branches({ places }: { places: readonly Place[] }) {
  const opening = places.some((place) => place.inside > 0);
  return (
    <ul className={opening ? undefined : "places-flat"}>
      {places.map((place) => (
        <Branch key={place.id} place={place} />
      ))}
    </ul>
  );
}

function Branch({ place }: { place: Place }) {
  const { t } = useTranslation("places");
  const [open, setOpen] = useState(false);
  const name = say(place.name);
  return (
    <li>
      <div className="places-branch">
        {place.inside > 0 ? (
          <button type="button" className={open ? "button quiet icon-only places-open" : "button quiet icon-only"} aria-expanded={open} aria-label={t(open ? "fold" : "unfold", { name })} onClick={() => setOpen(!open)}>
            <Icon name="more" />
          </button>
        ) : (
          <span className="places-leaf" aria-hidden="true" />
        )}
        <Link className="row-link" to={`/places/${encodeURIComponent(place.id)}`}>
          {name}
        </Link>
        <span className="second">
          {t(`kind.${place.kind}`)}
          {place.inside > 0 ? ` · ${t("inside", { n: place.inside })}` : ""}
          {place.aliases.length > 0 ? (
            <>
              {" · "}
              {t("called")} <span lang="zh">{place.aliases.join("、")}</span>
            </>
          ) : null}
        </span>
      </div>
      {open ? <Inside place={place} /> : null}
    </li>
  );
}

function Inside({ place }: { place: Place }) {
  const found = useQuery(inside(place.id));
  return (
    <Asked query={found} lines={2}>
      {({ items }) => <Branches places={items} />}
    </Asked>
  );
}
