import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { say } from "../../../text/start";
import { Asked, EmptyFiltered, Filters, Search, useSetUrl, useUrl } from "../../parts";
import { rule, rules, type Template, templates } from "./asking";
import { copyOf } from "./draft";
import { Editor } from "./Editor";
import { Frame } from "./Frame";

/** A new rule: choose what it is about, then fill in; or a copy of another one (`?from=`). */
export function Choose() {
  const [template, setTemplate] = useUrl("template");
  const [from] = useUrl("from");
  if (from) return <CopyRule id={from} />;
  return template ? <FromTemplate id={template} other={() => setTemplate("")} /> : <Gallery />;
}

function Gallery() {
  const { t } = useTranslation("rules");
  const found = useQuery(templates);
  const [search] = useUrl("q");
  const set = useSetUrl();
  const fits = (each: Template) => `${say(each.title)} ${say(each.help)}`.toLowerCase().includes(search.toLowerCase());
  return (
    <Frame title={t("new")}>
      <p className="page-lead second">{t("choose.text")}</p>
      <Filters>
        <Search />
      </Filters>
      <Asked query={found} lines={6}>
        {({ items }) =>
          items.some(fits) ? (
            <ul className="rules-gallery">
              {items.filter(fits).map((each) => (
                <li key={each.id}>
                  <button type="button" className="card rules-template" onClick={() => set({ template: each.id, q: "" })}>
                    <b>{say(each.title)}</b>
                    <span className="second">{say(each.help)}</span>
                  </button>
                </li>
              ))}
            </ul>
          ) : (
            <EmptyFiltered clear={() => set({ q: "" })} />
          )
        }
      </Asked>
    </Frame>
  );
}

function FromTemplate({ id, other }: { id: string; other: () => void }) {
  const { t } = useTranslation("rules");
  const found = useQuery(templates);
  const template = found.data?.items.find((each) => each.id === id);
  if (template) return <Editor key={id} title={say(template.title)} start={{ template, version: 0 }} other={other} />;
  return (
    <Frame title={t("new")}>
      <Asked query={found} lines={6}>
        {() => <EmptyFiltered clear={other} />}
      </Asked>
    </Frame>
  );
}

function CopyRule({ id }: { id: string }) {
  const { t } = useTranslation("rules");
  const found = useQuery(rule(id));
  const all = useQuery(rules);
  if (found.data && all.data) {
    const plain = copyOf(
      found.data.rule,
      all.data.items.map((each) => each.id),
    );
    return <Editor title={t("copy.of", { name: say(found.data.name) })} start={{ rule: plain, version: 0 }} />;
  }
  return (
    <Frame title={t("copy")}>
      <Asked query={found} lines={6}>
        {() => null}
      </Asked>
    </Frame>
  );
}
