import { useQuery } from "@tanstack/react-query";
import i18next from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { places as readPlaces } from "../api/gateway";
import { remember, remembered } from "../look/remembered";
import { Icon } from "../parts/Icon";
import { useMe } from "../parts/session";
import { useNotices } from "../parts/undo";
import { useStream } from "../stream/store";
import { say } from "../text/start";
import { EMPTY, useDraft } from "./draft";
import { Kept } from "./Kept";
import { keepDeed, photoOf } from "./keeping";
import { PickFile } from "./PickFile";
import { Preview } from "./Preview";
import { offered, type Spot, spotsOf } from "./spots";
import { StepLine } from "./StepLine";
import { myTasks } from "./steps";
import { useKeeping } from "./useKeeping";

const MOST_PHOTOS = 9;

/** 主动上报 in three steps: a photo, a place, what it is. With a photo, words are welcome and not needed. */
export function ReportPage() {
  const { t } = useTranslation(["m", "common"]);
  const me = useMe();
  const [draft, change] = useDraft(me.id);
  const { step, photos, spot, where, text } = draft;
  const [missing, setMissing] = useState(false);
  const { wrong, keeping } = useKeeping("photo.unreadable");
  const tell = useNotices((notices) => notices.tell);
  const add = (file: File) =>
    void keeping(async () => {
      const photo = await photoOf(file);
      change((before) => ({ ...before, photos: [...before.photos, photo].slice(0, MOST_PHOTOS), step: before.step === 0 ? 1 : before.step }));
    });
  const send = () => {
    if (!text.trim() && photos.length === 0) return setMissing(true);
    const place = { ...(spot?.parts ?? {}), ...(where.trim() ? { note: where.trim() } : {}) };
    void keeping(async () => {
      await keepDeed({ kind: "report", body: { text: text.trim() || t("report.photo_only"), place }, photos });
      if (spot) remember("spot", spot.id);
      change(() => EMPTY);
      setMissing(false);
      tell(() => i18next.t("m:report.kept"));
    });
  };
  return (
    <>
      <h1 className="page-title">{t("report.title")}</h1>
      <StepLine steps={[t("report.step.photo"), t("report.step.place"), t("report.step.say")]} done={step} />
      {photos.length > 0 ? (
        <ul className="pictures">
          {photos.map((photo) => (
            <li key={photo.key}>
              <Preview picture={photo.picture} alt={t("task.photos")} />
              <button type="button" className="button" onClick={() => change((before) => ({ ...before, photos: before.photos.filter((each) => each.key !== photo.key) }))}>
                {t("report.drop_photo")}
              </button>
            </li>
          ))}
        </ul>
      ) : null}
      {spot && step === 2 ? (
        <p className="task-place">
          <Icon name="place" />
          {say(spot.name)}
        </p>
      ) : null}
      {wrong ? (
        <p className="needs" role="alert">
          {wrong}
        </p>
      ) : null}
      {step === 0 ? (
        <>
          <PickFile accept="image/*" capture="environment" label={t("photo.add")} icon="camera" big picked={add} />
          <button type="button" className="button wide spaced" onClick={() => change((before) => ({ ...before, step: 1 }))}>
            {t("report.no_photo")}
          </button>
        </>
      ) : null}
      {step === 1 ? (
        <PlaceStep
          where={where}
          setWhere={(words) => change((before) => ({ ...before, where: words }))}
          choose={(chosen) => change((before) => ({ ...before, spot: chosen, where: chosen ? "" : before.where, step: 2 }))}
        />
      ) : null}
      {step === 2 ? (
        <form
          className="resolve"
          onSubmit={(event) => {
            event.preventDefault();
            send();
          }}
        >
          <label className="field">
            <span>{t("report.say")}</span>
            <textarea className="input" value={text} maxLength={2000} placeholder={t("report.say.hint")} onChange={(event) => change((before) => ({ ...before, text: event.target.value }))} />
          </label>
          {missing && !text.trim() && photos.length === 0 ? (
            <p className="needs" role="alert">
              {t("report.missing")}
            </p>
          ) : null}
          <button type="submit" className="button main big">
            {t("report.send")}
          </button>
          {photos.length < MOST_PHOTOS ? <PickFile accept="image/*" capture="environment" label={t("report.more_photo")} icon="camera" picked={add} /> : null}
        </form>
      ) : null}
      {step > 0 ? (
        <button type="button" className="button quiet back spaced" onClick={() => change((before) => ({ ...before, step: before.step === 2 ? 1 : 0 }))}>
          <Icon name="back" />
          {t("report.back")}
        </button>
      ) : null}
      <Kept kind="report" />
    </>
  );
}

function PlaceStep({ where, setWhere, choose }: { where: string; setWhere: (where: string) => void; choose: (spot: Spot | null) => void }) {
  const { t } = useTranslation("m");
  const me = useMe();
  const found = useQuery({ queryKey: ["places"], queryFn: readPlaces, staleTime: 600_000 });
  const incidents = useStream((stream) => stream.live.incidents);
  const spots = offered(spotsOf(found.data?.tree ?? []), where, myTasks(Object.values(incidents), me.id), remembered("spot"));
  return (
    <section className="places">
      <label className="field">
        <span>{t("report.where")}</span>
        <input className="input" value={where} maxLength={200} placeholder={t("report.where.hint")} onChange={(event) => setWhere(event.target.value)} />
      </label>
      {found.isError ? <p className="second">{t("report.no_places")}</p> : null}
      <ul className="spots">
        {spots.map((spot) => (
          <li key={spot.id}>
            <button type="button" className="button wide" onClick={() => choose(spot)}>
              <Icon name="place" />
              {say(spot.name)}
            </button>
          </li>
        ))}
      </ul>
      {where.trim() && spots.length === 0 ? (
        <button type="button" className="button main wide" onClick={() => choose(null)}>
          {t("report.where.words", { where: where.trim() })}
        </button>
      ) : null}
    </section>
  );
}
