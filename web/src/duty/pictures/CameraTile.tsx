import { useTranslation } from "react-i18next";

import { moment, span } from "../../look/format";
import { LevelChip } from "../../parts/Level";
import { useMe } from "../../parts/session";
import { useNow } from "../../parts/useNow";
import { currentLanguage, say } from "../../text/start";
import { type Camera, isStale } from "./spots";
import { Picture } from "./Picture";
import "./pictures.css";

/** One camera with its newest picture and how old that is; an old picture is hatched, never hidden. */
export function CameraTile({ camera, open }: { camera: Camera; open: (() => void) | null }) {
  const { t } = useTranslation("seat");
  const me = useMe();
  const now = useNow();
  const language = currentLanguage();
  const stale = isStale(camera, now);
  const view = camera.picture ? <Picture sha256={camera.picture.sha256} alt={say(camera.name)} /> : <p className="picture-gone second">{t("camera.none")}</p>;
  return (
    <div className={stale ? "card camera stale" : "card camera"} data-key={camera.id}>
      {open && camera.picture ? (
        <button type="button" className="camera-view" aria-label={t("camera.open", { name: say(camera.name) })} onClick={open}>
          {view}
        </button>
      ) : (
        <div className="camera-view">{view}</div>
      )}
      <p className="camera-words">
        {camera.worst ? <LevelChip level={camera.worst} /> : null}
        <b>{say(camera.name)}</b>
        <span className="second">{say(camera.place)}</span>
        <span className="second numbers">
          {camera.picture
            ? t(stale ? "camera.last" : "camera.age", { at: moment(camera.picture.at, me.site.timezone, language, now), span: span(now - Date.parse(camera.picture.at), language) })
            : ""}
          {camera.online === false ? ` · ${t("camera.lost")}` : ""}
        </span>
      </p>
    </div>
  );
}
