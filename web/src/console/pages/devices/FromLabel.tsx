import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link, Navigate } from "react-router";

import { useMe } from "../../../parts/session";
import { Asked } from "../../parts";
import { byCode } from "./asking";
import { Frame } from "./Frame";

/** What a printed label leads to: the device's own page, or, while nobody has claimed it, the steps of adding it. */
export function FromLabel({ code }: { code: string }) {
  const { t } = useTranslation("devices");
  const me = useMe();
  const found = useQuery(byCode(code));
  const mayClaim = me.permissions.includes("devices.claim");
  return (
    <Frame title={t("label.title")}>
      <Asked query={found} lines={3}>
        {({ device, state }) => {
          if (state !== "seen") return <Navigate to={`/devices/${encodeURIComponent(device)}`} replace />;
          if (mayClaim) return <Navigate to={`/devices/add?c=${encodeURIComponent(code)}`} replace />;
          return (
            <div className="told">
              <p>{t("label.unclaimed")}</p>
              <Link className="button" to="/devices">
                {t("all")}
              </Link>
            </div>
          );
        }}
      </Asked>
    </Frame>
  );
}
