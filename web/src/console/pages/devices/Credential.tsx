import { useQuery, useQueryClient } from "@tanstack/react-query";
import i18next from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useMe } from "../../../parts/session";
import { useNotices } from "../../../parts/undo";
import { Confirm, Dialog, FormFrame, SelectField, useForm, When } from "../../parts";
import { type CredentialMade, credentials, makeCredential, type Registered, takeCredential } from "./asking";
import { textOf } from "./entry";

/** How a device that pushes proves who it is: since when it may, a new secret that is shown this once, and taking it away. */
export function Credential({ registered, name }: { registered: Registered; name: string }) {
  const { t } = useTranslation("devices");
  const me = useMe();
  const queries = useQueryClient();
  const tell = useNotices((notices) => notices.tell);
  const may = me.permissions.includes("devices.credentials");
  const found = useQuery({ ...credentials, enabled: may });
  const [asked, setAsked] = useState<"make" | "take" | null>(null);
  if (!may || !found.data) return null;
  const sender = textOf(registered.entry["user"]) || registered.id;
  const has = found.data.items.find((each) => each.sender === sender);
  const again = () => void queries.invalidateQueries({ queryKey: ["credentials"] });
  return (
    <section>
      <h2>{t("credential")}</h2>
      <div className="card devices-own-label">
        {has ? (
          <p>
            {t(`credential.${has.scheme}`)} · <span className="second">{t("credential.since")}</span> <When at={has.made_at} />
          </p>
        ) : (
          <p className="second">{t("credential.none")}</p>
        )}
        <div className="row-of no-print">
          <button type="button" className="button" aria-haspopup="dialog" onClick={() => setAsked("make")}>
            {t(has ? "credential.renew" : "credential.make")}
          </button>
          {has ? (
            <button type="button" className="button" aria-haspopup="dialog" onClick={() => setAsked("take")}>
              {t("credential.take")}
            </button>
          ) : null}
        </div>
      </div>
      {asked === "make" ? <NewCredential id={registered.id} renewed={has !== undefined} onDone={again} onClose={() => setAsked(null)} /> : null}
      {asked === "take" ? (
        <Confirm
          title={`${t("credential.take")} · ${name}`}
          text={t("credential.take.text")}
          act={t("credential.take")}
          reason="none"
          send={() => takeCredential(registered.id)}
          onDone={() => {
            tell(() => i18next.t("devices:credential.taken"));
            again();
          }}
          onClose={() => setAsked(null)}
        />
      ) : null}
    </section>
  );
}

function NewCredential({ id, renewed, onDone, onClose }: { id: string; renewed: boolean; onDone: () => void; onClose: () => void }) {
  const { t } = useTranslation("devices");
  const [made, setMade] = useState<CredentialMade | null>(null);
  const form = useForm(
    { scheme: "password" as "password" | "url" },
    ({ scheme }) => makeCredential(id, scheme),
    (answer) => {
      setMade(answer);
      onDone();
    },
  );
  return (
    <Dialog title={t("credential.make")} open onClose={onClose}>
      {made ? (
        <div className="form">
          <p role="status">
            <b>{t("credential.once")}</b>
          </p>
          {made.scheme === "password" ? <Shown label={t("credential.user")} value={made.sender} /> : null}
          <Shown label={t(made.scheme === "password" ? "credential.secret" : "credential.address")} value={made.scheme === "password" ? made.secret : `/push/${made.secret}`} />
          <div className="form-foot">
            <button type="button" className="button main" onClick={onClose}>
              {t("credential.written")}
            </button>
          </div>
        </div>
      ) : (
        <>
          <p className="confirm-text">{t(renewed ? "credential.renew.text" : "credential.make.text")}</p>
          <FormFrame form={{ ...form, changed: false }} submit={t("credential.make")} cancel={onClose}>
            <SelectField
              form={form}
              name="scheme"
              label={t("credential.how")}
              options={[
                { value: "password", label: t("credential.password") },
                { value: "url", label: t("credential.url") },
              ]}
            />
          </FormFrame>
        </>
      )}
    </Dialog>
  );
}

function Shown({ label, value }: { label: string; value: string }) {
  return (
    <label className="field">
      <span>{label}</span>
      <input className="input code" lang="en" readOnly value={value} onFocus={(event) => event.target.select()} />
    </label>
  );
}
