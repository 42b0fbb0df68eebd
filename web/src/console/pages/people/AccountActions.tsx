import i18next from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useNotices } from "../../../parts/undo";
import { Confirm, useDeed } from "../../parts";
import { close, invite, type OneTimeLink, open, type Person, reset, unlock } from "./asking";
import { EditPerson } from "./EditPerson";
import { OneTimeLinkBox } from "./OneTimeLinkBox";
import { standingOf } from "./standing";

/** The buttons for one account, those that make sense as it stands. */
export function AccountActions({ person, again }: { person: Person; again: () => void }) {
  const { t } = useTranslation("people");
  const tell = useNotices((notices) => notices.tell);
  const deed = useDeed();
  const [asked, setAsked] = useState<"edit" | "reset" | "close" | "open" | null>(null);
  const [made, setMade] = useState<OneTimeLink | null>(null);
  const standing = standingOf(person);
  const { id, name } = person;
  const shut = () => setAsked(null);
  const now = (act: () => Promise<void>) =>
    deed.act(async () => {
      await act();
      again();
    });
  return (
    <>
      <button type="button" className="button main" aria-haspopup="dialog" onClick={() => setAsked("edit")}>
        {t("edit")}
      </button>
      {standing === "invited" ? (
        <button type="button" className="button" disabled={deed.busy} onClick={() => void now(async () => setMade(await invite(id)))}>
          {t("link.make")}
        </button>
      ) : null}
      {standing === "locked" ? (
        <button
          type="button"
          className="button"
          disabled={deed.busy}
          onClick={() =>
            void now(async () => {
              await unlock(id);
              tell(() => i18next.t("people:unlocked"));
            })
          }
        >
          {t("unlock")}
        </button>
      ) : null}
      {standing === "active" || standing === "locked" ? (
        <button type="button" className="button" aria-haspopup="dialog" onClick={() => setAsked("reset")}>
          {t("reset")}
        </button>
      ) : null}
      <button type="button" className="button" aria-haspopup="dialog" onClick={() => setAsked(person.active ? "close" : "open")}>
        {t(person.active ? "close" : "open")}
      </button>
      {asked === "edit" ? <EditPerson person={person} onDone={again} onClose={shut} /> : null}
      {asked === "reset" ? (
        <Confirm title={t("reset")} text={t("reset.text", { name })} act={t("reset")} reason="none" send={async () => setMade(await reset(id))} onDone={again} onClose={shut} />
      ) : null}
      {asked === "close" || asked === "open" ? (
        <Confirm
          title={t(asked)}
          text={t(asked === "close" ? "close.text" : "open.text", { name })}
          act={t(asked)}
          reason="needed"
          send={(reason) => (asked === "close" ? close : open)(id, reason)}
          onDone={() => {
            tell(() => i18next.t(asked === "close" ? "people:closed" : "people:opened", { name }));
            again();
          }}
          onClose={shut}
        />
      ) : null}
      {made ? <OneTimeLinkBox name={name} made={made} onClose={() => setMade(null)} /> : null}
    </>
  );
}
