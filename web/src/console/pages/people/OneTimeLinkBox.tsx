import { QRCode } from "antd";
import { useTranslation } from "react-i18next";

import { clock, moment } from "../../../look/format";
import { useMe } from "../../../parts/session";
import { currentLanguage } from "../../../text/start";
import { Dialog } from "../../parts";
import type { OneTimeLink } from "./asking";

/** The link that is shown this once, as text and as a square code. */
export function OneTimeLinkBox({ name, made, onClose }: { name: string; made: OneTimeLink; onClose: () => void }) {
  const { t } = useTranslation("people");
  const me = useMe();
  const zone = me.site.timezone;
  const at = moment(made.expires_at, zone, currentLanguage(), Date.now()) || clock(made.expires_at, zone, true);
  return (
    <Dialog title={t("link.title", { name })} open onClose={onClose}>
      <p>{t("link.text", { at })}</p>
      <div role="img" aria-label={t("link.qr")} className="square-code">
        <span aria-hidden="true">
          <QRCode type="svg" value={made.link} size={220} errorLevel="M" color="#000000" bgColor="#ffffff" bordered={false} />
        </span>
      </div>
      <label className="field">
        <span>{t("link.own")}</span>
        <textarea className="input code" readOnly rows={3} value={made.link} onFocus={(event) => event.target.select()} />
      </label>
    </Dialog>
  );
}
