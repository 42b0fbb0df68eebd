import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { say } from "../../../text/start";
import { valueWords } from "../devices/words";
import { type Fields, kinds } from "./asking";
import { type Draft, point, type Role, roleOf } from "./draft";

const PLAIN = ["", "identity", "time", "code", "unique"] as const;

/** Each field of the message with its value and what it looks like; one choice says what it is. */
export function PointAt({ fields, draft, onChange }: { fields: Fields; draft: Draft; onChange: (draft: Draft) => void }) {
  const { t } = useTranslation("profiles");
  const tree = useQuery(kinds);
  const states = (tree.data?.states ?? []).map((each) => each.name);
  return (
    <>
      <p className="profiles-pattern">
        <span className="second">{t("topic")}</span>{" "}
        <b className="code" lang="en">
          {String(draft["topic"] ?? draft["path"] ?? "")}
        </b>
      </p>
      <ul className="card profiles-fields">
        {fields.fields.map((each) => {
          const guess = each.meanings[0];
          const time = each.meanings.find((meaning) => meaning.what === "time");
          return (
            <li key={each.path} className={each.usable ? undefined : "second"}>
              <span className="profiles-field">
                <b className="code" lang="en">
                  {each.path}
                </b>
                <span className="profiles-value" lang="en">
                  {JSON.stringify(each.example)}
                </span>
                {guess ? <span className="second">{say(guess.sentence)}</span> : null}
              </span>
              {each.usable ? (
                <select className="input" aria-label={t("point.as", { path: each.path })} value={roleOf(draft, each.path)} onChange={(event) => onChange(point(draft, each.path, event.target.value as Role, time?.word, each.example))}>
                  {PLAIN.map((role) => (
                    <option key={role} value={role}>
                      {t(role ? `role.${role}` : "role.none")}
                    </option>
                  ))}
                  <optgroup label={t("role.state")}>
                    {states.map((name) => (
                      <option key={name} value={`state:${name}`}>
                        {say(valueWords(name))}
                      </option>
                    ))}
                  </optgroup>
                </select>
              ) : (
                <span>{t("unusable")}</span>
              )}
            </li>
          );
        })}
      </ul>
      {fields.more > 0 ? <p className="second">{t("more", { n: fields.more })}</p> : null}
      {fields.known.length > 0 ? (
        <p className="second">
          {t("known")} <span lang="en">{fields.known.map((each) => each.profile).join(", ")}</span>
        </p>
      ) : null}
    </>
  );
}
