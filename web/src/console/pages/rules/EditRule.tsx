import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { say } from "../../../text/start";
import { Asked, useUrl } from "../../parts";
import { rule, trials } from "./asking";
import { proposedIn } from "./draft";
import { Editor } from "./Editor";
import { Frame } from "./Frame";

/** A rule in force, or one that is only being tried out, to be changed. */
export function EditRule({ id }: { id: string }) {
  const { t } = useTranslation("rules");
  const [set] = useUrl("set");
  const [to] = useUrl("to");
  const proposed = proposedIn(set, to);
  const found = useQuery(rule(id));
  const running = useQuery(trials);
  const trial = running.data?.items.find((each) => each.shadow.rule === id);
  const title = t("edit.title", { name: say(found.data?.name ?? trial?.name) || id });
  if (running.data && trial && (found.data || found.error)) {
    return <Editor title={title} start={{ rule: trial.rule, version: found.data?.version ?? 0, ...(proposed ? { proposed } : {}) }} live={found.data ?? null} />;
  }
  if (running.data && found.data) return <Editor title={title} start={{ rule: found.data.rule, version: found.data.version, ...(proposed ? { proposed } : {}) }} live={found.data} />;
  return (
    <Frame title={title}>
      <Asked query={found} lines={8}>
        {() => null}
      </Asked>
    </Frame>
  );
}
