import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { Icon } from "../parts/Icon";
import { usePhotos } from "./photos";
import type { Queued } from "./queue";
import { WaitingItem } from "./WaitingItem";

type Proof<Sent> = { className: string; sent: Sent[]; shown: (sent: Sent) => ReactNode; waiting: Queued[] };

/** What the gateway has of a case, and behind it what still waits on the phone: each piece once, also while it goes up. */
export function ProofList<Sent extends { sha256: string }>({ className, sent, shown, waiting }: Proof<Sent>) {
  const { t } = useTranslation("m");
  const known = usePhotos((photos) => photos.known);
  const here = new Set(waiting.map((item) => item.key));
  const there = sent.filter((each) => !here.has(known[each.sha256] ?? ""));
  return (
    <ul className={className}>
      {there.map((each) => (
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
