import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { cameras as readCameras } from "../../api/gateway";
import { Icon } from "../../parts/Icon";
import { say } from "../../text/start";
import { byWorth, type Camera } from "../pictures/spots";
import { CameraTile } from "../pictures/CameraTile";
import { LiftVeil } from "../pictures/Picture";
import { Asked, Nothing, SeatFrame } from "../SeatFrame";
import { keep, useWhere } from "../where";

const EVERY_MS = 1_000;
const SIZES = ["1", "4", "9"] as const;

/** The cameras, one, four or nine at a time, each with its newest picture, looked for once a second. */
export default function Cameras() {
  const { t } = useTranslation("seat");
  const query = new URLSearchParams(useWhere((where) => where.search));
  const size = SIZES.find((each) => each === query.get("n")) ?? "4";
  const found = useQuery({ queryKey: ["cameras"], queryFn: readCameras, refetchInterval: EVERY_MS, staleTime: 0 });
  return (
    <SeatFrame
      title={t("cameras.title")}
      help={t("cameras.help")}
      actions={
        <div className="segmented" role="group" aria-label={t("cameras.size")}>
          {SIZES.map((each) => (
            <button key={each} type="button" aria-pressed={size === each && !query.get("camera")} onClick={() => keep({ n: each })}>
              {each}
            </button>
          ))}
        </div>
      }
    >
      <Asked query={found}>
        {({ items }) => {
          const one = items.find((camera) => camera.id === query.get("camera"));
          if (items.length === 0) {
            return (
              <Nothing icon="camera" title={t("cameras.none")}>
                <p className="second">{t("cameras.none.text")}</p>
              </Nothing>
            );
          }
          return one ? <One camera={one} back={() => keep({ n: size })} /> : <Wall cameras={byWorth(items)} size={Number(size)} page={Number(query.get("page") ?? 0)} />;
        }}
      </Asked>
    </SeatFrame>
  );
}

function Wall({ cameras, size, page }: { cameras: Camera[]; size: number; page: number }) {
  const { t } = useTranslation("seat");
  const pages = Math.ceil(cameras.length / size);
  const here = Math.min(Math.max(0, Number.isInteger(page) ? page : 0), pages - 1);
  const turn = (to: number) => keep({ n: String(size), page: String(to) });
  return (
    <>
      <div className={`camera-grid n${size}`}>
        {cameras.slice(here * size, (here + 1) * size).map((camera) => (
          <CameraTile key={camera.id} camera={camera} open={() => keep({ n: String(size), camera: camera.id })} />
        ))}
      </div>
      {pages > 1 ? (
        <div className="seat-bar pager">
          <button type="button" className="button" disabled={here === 0} onClick={() => turn(here - 1)}>
            {t("pager.before")}
          </button>
          <span className="numbers">{t("pager.here", { n: here + 1, of: pages })}</span>
          <button type="button" className="button" disabled={here === pages - 1} onClick={() => turn(here + 1)}>
            {t("pager.next")}
          </button>
        </div>
      ) : null}
    </>
  );
}

function One({ camera, back }: { camera: Camera; back: () => void }) {
  const { t } = useTranslation("seat");
  return (
    <section aria-label={say(camera.name)}>
      <div className="seat-bar">
        <button type="button" className="button" onClick={back}>
          <Icon name="back" />
          {t("cameras.all")}
        </button>
      </div>
      <CameraTile camera={camera} open={null} />
      <p className="second">{t("cameras.live")}</p>
      {camera.picture ? <LiftVeil key={camera.picture.sha256} sha256={camera.picture.sha256} /> : null}
    </section>
  );
}
