import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { useMe } from "../../../parts/session";
import { say } from "../../../text/start";
import { Asked, LevelChip, useSetUrl, Wrong } from "../../parts";
import { useKindNames } from "../devices/useKindNames";
import { groups, registration, replay, tryGroup } from "./asking";

/** Step 4: what it said itself, tried on the rules; then what waited is read, and it is done. */
export function TryIt({ id, group }: { id: string; group: string }) {
  const { t } = useTranslation("adding");
  const me = useMe();
  const set = useSetUrl();
  const queries = useQueryClient();
  const found = useQuery(registration(id));
  const waiting = useQuery({ ...groups, enabled: me.permissions.includes("quarantine.read") && group !== "" });
  const tried = useMutation({ mutationFn: () => tryGroup(id, group) });
  const read = useMutation({ mutationFn: () => replay(group), onSuccess: () => void queries.invalidateQueries({ queryKey: ["quarantine"] }) });
  const waits = waiting.data?.items.find((each) => each.id === group);
  return (
    <Asked query={found} lines={4}>
      {(registered) => (
        <section>
          <h2>{t("try.title", { id })}</h2>
          <p>{t(registered.state === "active" ? "try.active" : "try.inactive")}</p>
          {waits ? (
            <>
              <p className="second">{t("try.text")}</p>
              <div className="form-foot">
                <button type="button" className="button main" disabled={tried.isPending} onClick={() => tried.mutate()}>
                  {t("try.go")}
                </button>
                {registered.state === "active" && me.permissions.includes("quarantine.replay") ? (
                  <button type="button" className="button" disabled={read.isPending} onClick={() => read.mutate()}>
                    {t("try.replay", { n: waits.kept })}
                  </button>
                ) : null}
              </div>
            </>
          ) : null}
          {tried.error ? <Wrong error={tried.error} /> : null}
          {read.error ? <Wrong error={read.error} /> : null}
          {read.data ? (
            <p className="told" role="status">
              {t("try.replayed", { n: read.data.stored })}
            </p>
          ) : null}
          {tried.data ? <Answer events={tried.data.events} refused={tried.data.refused} /> : null}
          <div className="form-foot adding-last">
            <Link className={waits ? "button" : "button main"} to={`/devices/${encodeURIComponent(id)}`}>
              {t("open.try")}
            </Link>
            <button type="button" className="button" onClick={() => set({ step: "", device: "", group: "", c: "" })}>
              {t("another")}
            </button>
          </div>
        </section>
      )}
    </Asked>
  );
}

type Tried = Awaited<ReturnType<typeof tryGroup>>;

function Answer({ events, refused }: Tried) {
  const { t } = useTranslation("adding");
  const kindName = useKindNames();
  return (
    <div className="told adding-answer" role="status">
      {refused.map((why) => (
        <p key={why} lang="en">
          {why}
        </p>
      ))}
      {events.map((event) => {
        const speaking = event.rules.filter((rule) => rule.outcome !== "nothing");
        return (
          <div key={`${event.kind}${event.at}`}>
            <p>
              <b>{t("try.read")}</b> {kindName(event.kind)}
            </p>
            {speaking.length === 0 ? <p>{t("try.silent")}</p> : null}
            <ul>
              {speaking.map((rule) => (
                <li key={rule.rule}>
                  <b>{say(rule.name)}</b> {rule.level ? <LevelChip level={rule.level as "L1"} /> : null} {say(rule.sentence)}
                </li>
              ))}
            </ul>
          </div>
        );
      })}
      <p className="second">{t("try.nothing")}</p>
    </div>
  );
}
