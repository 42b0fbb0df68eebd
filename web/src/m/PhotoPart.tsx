import { useTranslation } from "react-i18next";

import type { IncidentDetail } from "../api/views";
import { useMe } from "../parts/session";
import { keep, usePhotos } from "./photos";
import { PickFile } from "./PickFile";
import { ProofList } from "./ProofList";
import { useKeeping } from "./useKeeping";
import { VeiledPicture } from "./VeiledPicture";

/** Photos of this case: those that are up, those that wait on the phone, and the button for another. */
export function PhotoPart({ detail, add }: { detail: IncidentDetail; add: boolean }) {
  const { t } = useTranslation(["m", "common"]);
  const me = useMe();
  const { incident } = detail;
  const all = usePhotos((photos) => photos.waiting);
  const waiting = all.filter((photo) => photo.incident === incident.number && photo.kind === "photo");
  const { wrong, keeping } = useKeeping("photo.unreadable");
  if (!add && waiting.length === 0 && incident.photos.length === 0) return null;
  return (
    <section className="photos" aria-label={t("task.photos")}>
      <ProofList
        className="pictures"
        sent={incident.photos}
        shown={(photo) => <VeiledPicture sha256={photo.sha256} alt={t("task.photos")} own={photo.by.id === me.id} />}
        waiting={waiting}
      />
      {wrong ? (
        <p className="needs" role="alert">
          {wrong}
        </p>
      ) : null}
      {add ? (
        <PickFile
          accept="image/*"
          capture="environment"
          label={t("photo.add")}
          icon="camera"
          picked={(file) => void keeping(() => keep(incident.number, file))}
        />
      ) : null}
    </section>
  );
}
