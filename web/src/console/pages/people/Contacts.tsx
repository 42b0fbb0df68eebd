import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useMe } from "../../../parts/session";
import { Confirm } from "../../parts";
import { type Person, unmask } from "./asking";

/** Ways to reach somebody, masked; each can be seen in full with a reason. */
export function Contacts({ person, again }: { person: Person; again: () => void }) {
  const { t } = useTranslation(["people", "console"]);
  const me = useMe();
  const [asked, setAsked] = useState<string | null>(null);
  if (person.contacts.length === 0) return <p className="second">{t("contact.none")}</p>;
  return (
    <>
      <dl className="card facts">
        {person.contacts.map((contact) => (
          <div key={contact.channel}>
            <dt>{contact.channel === "sms" || contact.channel === "phone" || contact.channel === "email" ? t(`contact.${contact.channel}`) : contact.channel}</dt>
            <dd>
              <span className="numbers">{contact.address}</span> · {t(contact.verified_at ? "contact.verified" : "contact.unverified")}
              {contact.masked && me.permissions.includes("people.unmask") ? (
                <button type="button" className="button quiet" aria-haspopup="dialog" onClick={() => setAsked(contact.channel)}>
                  {t("contact.show")}
                </button>
              ) : null}
            </dd>
          </div>
        ))}
      </dl>
      {asked ? (
        <Confirm
          title={t("contact.show")}
          text={t("contact.show.text")}
          act={t("contact.show")}
          reason="needed"
          send={(reason) => unmask(person.id, `contacts.${asked}`, reason)}
          onDone={again}
          onClose={() => setAsked(null)}
        />
      ) : null}
    </>
  );
}
