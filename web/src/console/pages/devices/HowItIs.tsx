import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { together } from "../../../look/format";
import { currentLanguage, say } from "../../../text/start";
import { When } from "../../parts";
import type { DeviceDetail, Registered } from "./asking";
import { StateCell } from "./StateCell";
import { isLow } from "./standing";
import { typeWords } from "./words";

/** How the device is: state since when and why, last heard, battery, clock, where it stands, what it hangs on. */
export function HowItIs({ detail, registered }: { detail: DeviceDetail; registered?: Registered }) {
  const { t } = useTranslation("devices");
  const { device, clock } = detail;
  const { availability } = device;
  const way = registered && registered.way.length > 0 ? registered.way.map((part) => say(part)).join(" › ") : say(device.place);
  const behind = availability.behind;
  return (
    <dl className="card facts">
      <div>
        <dt>{t("state")}</dt>
        <dd>
          <StateCell device={device} />
          {behind ? (
            <p className="second">
              {t("behind.gone")} <Link to={`/devices/${encodeURIComponent(behind)}`}>{behind}</Link>
            </p>
          ) : null}
        </dd>
      </div>
      <div>
        <dt>{t("heard")}</dt>
        <dd>{availability.heard_at ? <When at={availability.heard_at} age /> : t("heard.never")}</dd>
      </div>
      <div>
        <dt>{t("type")}</dt>
        <dd>
          {say(typeWords(device.type))} {device.profile ? <span className="second">· {device.profile}</span> : null}
        </dd>
      </div>
      <div>
        <dt>{t("place")}</dt>
        <dd>{way || "–"}</dd>
      </div>
      <div>
        <dt>{t("battery")}</dt>
        <dd className="numbers">{availability.battery === null ? t("battery.none") : isLow(device) ? t("battery.low", { n: availability.battery }) : `${availability.battery} %`}</dd>
      </div>
      <div>
        <dt>{t("clock")}</dt>
        <dd>
          <Clock clock={clock} />
        </dd>
      </div>
      <div>
        <dt>{t("hangs")}</dt>
        <dd>{device.parent ? <DeviceLinks ids={registered?.parents.length ? registered.parents : [device.parent]} /> : t("hangs.none")}</dd>
      </div>
      {registered ? (
        <div className={registered.children.length > 3 ? "devices-many" : undefined}>
          <dt>{t("carries")}</dt>
          <dd>{registered.children.length > 0 ? <DeviceLinks ids={registered.children} /> : t("hangs.none")}</dd>
        </div>
      ) : null}
      <div>
        <dt>{t("number")}</dt>
        <dd className="code">{device.id}</dd>
      </div>
      {device.tags.length > 0 ? (
        <div>
          <dt>{t("tags")}</dt>
          <dd>{together(device.tags.map((tag) => (isKnown(tag) ? t(`tag.${tag}`) : tag)), currentLanguage())}</dd>
        </div>
      ) : null}
    </dl>
  );
}

const KNOWN_TAGS = ["battery", "mains", "perimeter"] as const;
const isKnown = (tag: string): tag is (typeof KNOWN_TAGS)[number] => (KNOWN_TAGS as readonly string[]).includes(tag);

function Clock({ clock }: { clock: DeviceDetail["clock"] }) {
  const { t } = useTranslation("devices");
  if (!clock) return <span className="second">{t("clock.unknown")}</span>;
  const seconds = Math.abs(clock.skew_s);
  const off = seconds < 1 ? t("clock.right") : t(clock.skew_s > 0 ? "clock.behind" : "clock.ahead", { n: seconds });
  return (
    <>
      <span className="numbers">{off}</span>
      <span className="second"> · {t(`clock.${clock.quality}`)}</span>
      {clock.wrong ? <p className="devices-low">{t("clock.wrong")}</p> : null}
    </>
  );
}

function DeviceLinks({ ids }: { ids: readonly string[] }) {
  return (
    <ul className="devices-links">
      {ids.map((id) => (
        <li key={id}>
          <Link className="row-link" to={`/devices/${encodeURIComponent(id)}`}>
            {id}
          </Link>
        </li>
      ))}
    </ul>
  );
}
