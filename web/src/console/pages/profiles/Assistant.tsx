import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useTyped } from "../../parts";
import type { Fields } from "./asking";
import type { Draft } from "./draft";
import { Lines } from "./Lines";
import { PointAt } from "./PointAt";
import { PreviewPane } from "./PreviewPane";
import { SaveBox } from "./SaveBox";

interface Given {
  start: Draft;
  fields?: Fields;
  /** Of the saved model that is changed; 0: a new one. */
  version: number;
  onBack?: () => void;
}

/** Steps 2–4: point at fields, say what each code means, see what comes of it, save. */
export function Assistant({ start, fields, version, onBack }: Given) {
  const { t } = useTranslation("profiles");
  const [draft, setDraft] = useState(start);
  useTyped(draft !== start);
  return (
    <div className="profiles-assistant">
      <div>
        {fields ? (
          <section>
            <h2>{t("point")}</h2>
            <p className="second">{t("point.text")}</p>
            <PointAt fields={fields} draft={draft} onChange={setDraft} />
          </section>
        ) : null}
        <section>
          <h2>{t("lines")}</h2>
          <p className="second">{t("lines.text")}</p>
          <Lines draft={draft} paths={fields ? fields.fields.filter((each) => each.usable).map((each) => each.path) : []} onChange={setDraft} />
        </section>
        <section>
          <h2>{t("save")}</h2>
          <SaveBox draft={draft} version={version} onChange={setDraft} {...(onBack ? { onBack } : {})} />
        </section>
      </div>
      <section className="profiles-preview">
        <h2>{t("preview")}</h2>
        <PreviewPane written={{ draft }} />
      </section>
    </div>
  );
}
