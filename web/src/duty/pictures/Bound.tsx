import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { cameras as readCameras } from "../../api/gateway";
import { camerasAt, type Spot } from "./spots";
import { CameraTile } from "./CameraTile";
import { LiftVeil } from "./Picture";

const EVERY_MS = 1_000;
const MOST = 2;

/** In the pane of a red alarm: what the cameras there show now. It opens by itself and covers nothing. */
export default function Bound({ spot }: { spot: Spot }) {
  const { t } = useTranslation("seat");
  const found = useQuery({ queryKey: ["cameras"], queryFn: readCameras, refetchInterval: EVERY_MS, staleTime: 0 });
  const cameras = camerasAt(spot, found.data?.items ?? []).slice(0, MOST);
  if (cameras.length === 0) return null;
  const picture = cameras.length === 1 ? cameras[0]?.picture : null;
  return (
    <section className="case-part">
      <h3>{t("bound.title")}</h3>
      <div className="bound">
        {cameras.map((camera) => (
          <CameraTile key={camera.id} camera={camera} open={null} />
        ))}
      </div>
      {picture ? <LiftVeil key={picture.sha256} sha256={picture.sha256} /> : null}
    </section>
  );
}
