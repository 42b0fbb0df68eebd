import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Asked, useUrl } from "../../parts";
import { Assistant } from "./Assistant";
import { type Fields, profile } from "./asking";
import { Capture } from "./Capture";
import { copied, type Draft } from "./draft";
import { Frame } from "./Frame";
import { YamlEditor } from "./YamlEditor";

/** A new device model: from a message at which one points, or as a copy of another one. */
export function NewProfile() {
  const { t } = useTranslation("profiles");
  const [from] = useUrl("from");
  const [looked, setLooked] = useState<Fields | null>(null);
  return (
    <Frame title={t("new")}>
      {from ? <Copy from={from} /> : looked?.draft ? <Assistant start={looked.draft as unknown as Draft} fields={looked} version={0} onBack={() => setLooked(null)} /> : <Capture onLooked={setLooked} />}
    </Frame>
  );
}

function Copy({ from }: { from: string }) {
  const found = useQuery(profile(from));
  return (
    <Asked query={found} lines={6}>
      {(answer) => <YamlEditor id={`${answer.id}-2`} text={copied(answer.text, `${answer.id}-2`)} version={0} />}
    </Asked>
  );
}
