import { useQuery, useQueryClient } from "@tanstack/react-query";
import i18next from "i18next";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { useMe } from "../../../parts/session";
import { useNotices } from "../../../parts/undo";
import { say } from "../../../text/start";
import { Asked, Sentence, StateTag, useDeed } from "../../parts";
import { type Pack, type PackRule, packs, save } from "./asking";
import { Frame } from "./Frame";
import { OnOff } from "./OnOff";

/** The rules that come with the gateway, pack by pack: at work, resting, or not here yet. */
export function Packs() {
  const { t } = useTranslation("rules");
  const found = useQuery(packs);
  return (
    <Frame title={t("packs")}>
      <p className="page-lead second">{t("packs.text")}</p>
      <Asked query={found} lines={6}>
        {({ items }) => items.map((pack) => <OnePack key={pack.id} pack={pack} />)}
      </Asked>
    </Frame>
  );
}

function OnePack({ pack }: { pack: Pack }) {
  const { t } = useTranslation("rules");
  const on = pack.rules.filter((rule) => rule.state === "on").length;
  return (
    <details className="card rules-pack" open={on < pack.rules.length}>
      <summary>
        <Sentence className="rules-name" text={pack.name} />
        <span className="second numbers">{t("packs.on", { n: on, of: pack.rules.length })}</span>
      </summary>
      <ul>
        {pack.rules.map((rule) => (
          <li key={rule.id}>
            <div>
              {rule.state === "absent" ? (
                <Sentence className="rules-name" text={rule.name} />
              ) : (
                <Link className="row-link" to={`/rules/${encodeURIComponent(rule.id)}`}>
                  <Sentence text={rule.name} />
                </Link>
              )}
              <Sentence className="rules-sentence" text={rule.sentence} />
            </div>
            {rule.state === "absent" ? <Take rule={rule} /> : <OnOff rule={{ ...rule, enabled: rule.state === "on" }} />}
          </li>
        ))}
      </ul>
    </details>
  );
}

function Take({ rule }: { rule: PackRule }) {
  const { t } = useTranslation("rules");
  const me = useMe();
  const queries = useQueryClient();
  const tell = useNotices((notices) => notices.tell);
  const { act, busy } = useDeed();
  const take = async () => {
    await save(rule.id, rule.rule ?? {}, 0, i18next.t("rules:packs.reason"));
    tell(() => i18next.t("rules:packs.taken", { name: say(rule.name) }));
    await queries.invalidateQueries({ queryKey: ["rules"] }); // till the list knows it, the button stays pressed
  };
  if (!me.permissions.includes("rules.edit")) return <StateTag tone="off">{t("packs.absent")}</StateTag>;
  return (
    <button type="button" className="button" disabled={busy} onClick={() => void act(take)}>
      {t("packs.take")}
    </button>
  );
}
