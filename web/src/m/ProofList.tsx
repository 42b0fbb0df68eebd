import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { Icon } from "../parts/Icon";
import type { Queued } from "./queue";
import { WaitingItem } from "./WaitingItem";

type Proof<Sent> = { className: string; sent: Sent[]; shown: (sent: Sent) => ReactNode; waiting: Queued[] };

/** What the gateway has of a case, and behind it what still waits on the phone. */
export function ProofList<Sent extends { sha256: string }>({ className, sent, shown, waiting }: Proof<Sent>) {
  const { t } = useTranslation("m");
  return (
    <ul className={className}>
      {sent.map((each) => (
        <li key={each.sha256}>
          {shown(each)}
          <span>
            <Icon name="check" />
            {t("photo.sent")}
          </span>
        </li>
      ))}
      {waiting.map((item) => (
        <WaitingItem key={item.key} item={item} />
      ))}
    </ul>
  );
}
