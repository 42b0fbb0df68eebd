import type { ReactNode } from "react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { components } from "../../api/schema";
import { currentLanguage } from "../../text/start";
import { Confirm } from "./Confirm";
import { FIELD_WORDS } from "./fieldWords";
import { sayPath } from "./path";
import { When } from "./When";

export type Version = components["schemas"]["SiteVersion"];

interface Given {
  /** Newest first, as the API gives them. */
  versions: readonly Version[];
  /** Saves the content of an older version as a new one; left out for those who may not. */
  back?: (version: Version, reason: string) => Promise<unknown>;
  onBack?: () => void;
}

/** Who changed what, when and why, version by version, with one press back to any of them. */
export function Versions({ versions, back, onBack }: Given) {
  const { t } = useTranslation("console");
  const [asked, setAsked] = useState<Version | null>(null);
  return (
    <section aria-label={t("versions")}>
      <ol className="versions">
        {versions.map((version, place) => (
          <li key={version.version} className="card version">
            <p className="version-head">
              <b>{t("versions.number", { n: version.version })}</b>
              {place === 0 ? <span className="second">{t("versions.now")}</span> : null}
              <span className="second">
                {version.author.name} · <When at={version.at} />
              </span>
              {place > 0 && back && version.entry ? (
                <button type="button" className="button" aria-haspopup="dialog" onClick={() => setAsked(version)}>
                  {t("versions.back")}
                </button>
              ) : null}
            </p>
            {version.reason ? <p>{version.reason}</p> : null}
            <Changes version={version} first={place === versions.length - 1} />
          </li>
        ))}
      </ol>
      {asked && back ? (
        <Confirm
          title={`${t("versions.back")} · ${t("versions.number", { n: asked.version })}`}
          text={t("versions.back.text", { n: asked.version })}
          act={t("versions.back")}
          reason="needed"
          send={(reason) => back(asked, reason)}
          onDone={() => onBack?.()}
          onClose={() => setAsked(null)}
        />
      ) : null}
    </section>
  );
}

function Changes({ version, first }: { version: Version; first: boolean }): ReactNode {
  const { t } = useTranslation("console");
  const words: Words = { yes: t("versions.yes"), no: t("versions.no"), field: fieldWord };
  if (version.entry === null) return <p className="second">{t("versions.deleted")}</p>;
  if (version.changes.length === 0) return first ? <p className="second">{t("versions.first")}</p> : null;
  return (
    <dl className="changes">
      {version.changes.map((change) => (
        <div key={change.path}>
          <dt>
            <Place path={change.path} />
          </dt>
          <dd>
            <del>
              <span className="only-heard">{t("versions.before")} </span>
              {shown(change.before, words) || t("versions.nothing")}
            </del>
            <ins>
              <span className="only-heard">{t("versions.after")} </span>
              {shown(change.after, words) || t("versions.nothing")}
            </ins>
          </dd>
        </div>
      ))}
    </dl>
  );
}

const fieldWord = (name: string): string | null => FIELD_WORDS[name]?.[currentLanguage()] ?? null;

/** The place that changed, in words; what has none stands as it is written. */
function Place({ path }: { path: string }) {
  const { t } = useTranslation("console");
  const { text, rest } = sayPath(path, fieldWord, (n) => t("versions.nth", { n }));
  return (
    <>
      {text}
      {text && rest ? " · " : ""}
      {rest ? <span className="code">{rest}</span> : null}
    </>
  );
}

interface Words {
  yes: string;
  no: string;
  field: (name: string) => string | null;
}

/** A value of a document as a person reads it. */
function shown(value: unknown, words: Words): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "boolean") return value ? words.yes : words.no;
  if (Array.isArray(value)) return value.map((each) => shown(each, words)).join(currentLanguage() === "zh" ? "、" : ", ");
  if (typeof value === "object")
    return Object.entries(value)
      .map(([key, each]) => `${words.field(key) ?? key}: ${shown(each, words)}`)
      .join("; ");
  return String(value);
}
