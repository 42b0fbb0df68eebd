import { useMutation } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { Refusal } from "../api/client";
import { reportForm } from "../api/gateway";
import { freshKey } from "../api/idempotency";
import type { Me } from "../api/views";
import { Icon } from "../parts/Icon";
import { Told } from "../parts/Told";
import { currentLanguage, say } from "../text/start";
import { KindPicture } from "./Kind";
import { Pieces } from "./Pieces";
import { formOf, phoneWord, type ReportForm, type Said, sendReport, type Taken } from "./send";

const EMPTY: Said = { category: "", spot: "", where: "", text: "", phone: "", code: "", website: "", photos: [], voice: null };

/** Where a resident lives, among the places that can be chosen. */
function homeOf(form: ReportForm, me: Me | null): string {
  const home = me?.lives;
  if (!home?.building) return "";
  const keys = [`unit:${home.building}/${home.unit}`, `building:${home.building}`];
  return keys.find((key) => form.places.some((place) => place.key === key)) ?? "";
}

/** What, where, in words, in pictures, by voice: only the first is asked for, and one of the last three. */
export function Form({ form, token, me, taken }: { form: ReportForm & { openedAt: number }; token: string | null; me: Me | null; taken: (answer: Taken) => void }) {
  const { t } = useTranslation("report");
  const [said, setSaid] = useState<Said>(() => ({ ...EMPTY, spot: homeOf(form, me) }));
  const [tried, setTried] = useState(false);
  const key = useRef(freshKey());
  const set = (part: Partial<Said>) => setSaid((before) => ({ ...before, ...part }));
  const sending = useMutation({
    mutationFn: () =>
      sendReport(
        (ticket) => formOf(said, { ticket, token, device: phoneWord(freshKey), language: currentLanguage() }),
        form,
        key.current,
        async () => (await reportForm(token)).ticket,
      ),
    onSuccess: taken,
    onError: (error) => {
      if (error instanceof Refusal && error.status !== 0) key.current = freshKey();
    },
  });
  const nothing = !said.text.trim() && said.photos.length === 0 && !said.voice;
  const codeMissing = form.mode === "code" && !form.me && !/^\d{4,6}$/.test(said.code.trim());
  const wrong = sending.error instanceof Refusal ? sending.error : null;
  return (
    <form
      className="report"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (said.category && !nothing && !codeMissing && !sending.isPending) sending.mutate();
      }}
    >
      <Where form={form} me={me} said={said} set={set} />
      <fieldset>
        <legend>{t("what")}</legend>
        <div className="kinds">
          {form.categories.map((each) => (
            <label key={each.code} className={said.category === each.code ? "kind chosen" : "kind"}>
              <input type="radio" name="kind" checked={said.category === each.code} onChange={() => set({ category: each.code })} />
              <KindPicture code={each.code} />
              <span>{say(each.name)}</span>
            </label>
          ))}
        </div>
        {tried && !said.category ? <Needs>{t("what.short")}</Needs> : null}
      </fieldset>
      <fieldset>
        <legend>{t("text")}</legend>
        <textarea className="input" aria-label={t("text")} value={said.text} maxLength={form.longest} placeholder={t("text.hint")} onChange={(event) => set({ text: event.target.value })} />
        <Pieces said={said} set={set} most={form.most_photos} />
        {tried && nothing ? <Needs>{t("text.short")}</Needs> : null}
      </fieldset>
      {form.me ? null : (
        <label className="field">
          <span>{t("phone")}</span>
          <input className="input" type="tel" inputMode="tel" autoComplete="tel" value={said.phone} maxLength={30} onChange={(event) => set({ phone: event.target.value })} />
          <small className="second">{t("phone.hint")}</small>
        </label>
      )}
      {form.mode === "code" && !form.me ? (
        <label className="field">
          <span>{t("code")}</span>
          <input className="input code" inputMode="numeric" autoComplete="off" value={said.code} maxLength={6} onChange={(event) => set({ code: event.target.value.replace(/\D/g, "") })} />
          {tried && codeMissing ? <Needs>{t("code.short")}</Needs> : null}
        </label>
      ) : null}
      <div className="trap only-heard" aria-hidden="true">
        <input tabIndex={-1} autoComplete="off" name="website" value={said.website} onChange={(event) => set({ website: event.target.value })} />
      </div>
      {wrong ? (
        <Told role="alert">
          {say(wrong.detail)}
          {wrong.facts.fields ? ` ${(wrong.facts.fields as { message: { zh: string; en: string } }[]).map((each) => say(each.message)).join(" ")}` : ""}
        </Told>
      ) : null}
      <button type="submit" className="button main wide big" disabled={sending.isPending}>
        {sending.isPending ? t("sending") : t("send")}
      </button>
      <p className="second fine">{t("privacy")}</p>
    </form>
  );
}

function Where({ form, me, said, set }: { form: ReportForm; me: Me | null; said: Said; set: (part: Partial<Said>) => void }) {
  const { t } = useTranslation("report");
  const own = homeOf(form, me);
  const home = form.places.find((place) => place.key === own);
  return (
    <fieldset>
      <legend>{t("where")}</legend>
      {form.place ? (
        <p className="here">
          <Icon name="place" />
          <span>
            {t("where.here")} <b>{say(form.place.name)}</b>
          </span>
        </p>
      ) : (
        <label className="field">
          <span className="only-heard">{t("where.building")}</span>
          <select className="input" value={said.spot} onChange={(event) => set({ spot: event.target.value })}>
            {home ? <option value={home.key}>{t("where.home", { place: say(home.name) })}</option> : null}
            <option value="">{t("where.none")}</option>
            {form.places.filter((place) => place !== home).map((place) => (
              <option key={place.key} value={place.key}>
                {say(place.name)}
              </option>
            ))}
          </select>
        </label>
      )}
      <label className="field">
        <span className="only-heard">{t("where.note")}</span>
        <input className="input" value={said.where} maxLength={200} placeholder={t("where.note.hint")} onChange={(event) => set({ where: event.target.value })} />
      </label>
    </fieldset>
  );
}

function Needs({ children }: { children: string }) {
  return (
    <p className="needs" role="alert">
      {children}
    </p>
  );
}
