import "./channels.css";

import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMatch } from "react-router";

import { Refusal } from "../../../api/client";
import { useMe } from "../../../parts/session";
import { say } from "../../../text/start";
import { Asked, EmptyYet, Page, StateTag, SubPages, type Tone, When } from "../../parts";
import { type Became, type Channel, channels, test } from "./asking";
import { type Fare, fareOf } from "./fares";
import { page } from "./page";
import { Trials } from "./Trials";

/** The ways to tell people: how each fares, a test through each, and the test of everything. */
export default function Channels() {
  const trials = useMatch("/channels/trials");
  return trials ? (
    <Frame>
      <Trials />
    </Frame>
  ) : (
    <AllChannels />
  );
}

function Frame({ children }: { children: ReactNode }) {
  const { t } = useTranslation("channels");
  const me = useMe();
  const pages = [{ to: "/channels", title: say(page.title) }, ...(me.permissions.includes("trials.read") ? [{ to: "/channels/trials", title: t("trials") }] : [])];
  return (
    <Page title={say(page.title)} help={{ for: t("help.for"), do: t("help.do") }}>
      <SubPages label={t("tabs")} pages={pages} />
      {children}
    </Page>
  );
}

function AllChannels() {
  const { t } = useTranslation("channels");
  const found = useQuery(channels);
  return (
    <Frame>
      <Asked query={found} lines={6}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyYet icon="bell" title={t("none")} />
          ) : (
            <>
              {items.every((each) => each.reach !== "outside") ? <p className="told channel-told">{t("only_here")}</p> : null}
              <ul className="channels">
                {items.map((each) => (
                  <ChannelCard key={each.name} channel={each} />
                ))}
              </ul>
            </>
          )
        }
      </Asked>
    </Frame>
  );
}

const TONES: Record<Fare, Tone> = { good: "good", silent: "off", failing: "bad" };

function ChannelCard({ channel }: { channel: Channel }) {
  const { t } = useTranslation("channels");
  const me = useMe();
  const fare = fareOf(channel);
  const { per_minute, per_hour, per_day } = channel.limits;
  const limits = [per_minute && t("limit.minute", { n: per_minute }), per_hour && t("limit.hour", { n: per_hour }), per_day && t("limit.day", { n: per_day })].filter(Boolean).join(" · ");
  return (
    <li className="card channel">
      <h2>{say(channel.called)}</h2>
      <StateTag tone={TONES[fare]}>{t(`fare.${fare}`)}</StateTag>
      <dl className="channel-facts">
        <div>
          <dt>{t("reach")}</dt>
          <dd>
            {t(`reach.${channel.reach}`)}
            {channel.for_groups ? ` · ${t("for_groups")}` : ""}
          </dd>
        </div>
        <div>
          <dt>{t("success")}</dt>
          <dd>{channel.last_success ? <When at={channel.last_success} age /> : t("never")}</dd>
        </div>
        {channel.last_failure ? (
          <div>
            <dt>{t("failure")}</dt>
            <dd>
              <When at={channel.last_failure.at} age /> {say(channel.last_failure.text)} {channel.last_failure.detail ? <q lang="en">{channel.last_failure.detail}</q> : null}
            </dd>
          </div>
        ) : null}
        <div>
          <dt>{t("waiting")}</dt>
          <dd className="numbers">{channel.waiting}</dd>
        </div>
        {limits ? (
          <div>
            <dt>{t("limits")}</dt>
            <dd className="numbers">{limits}</dd>
          </div>
        ) : null}
      </dl>
      {me.permissions.includes("channels.test") ? <TestButton channel={channel} /> : null}
    </li>
  );
}

/** Sends a real, marked message and says what became of it, in words and in the vendor's own. */
function TestButton({ channel }: { channel: Channel }) {
  const { t } = useTranslation(["channels", "common"]);
  const [busy, setBusy] = useState(false);
  const [became, setBecame] = useState<Became | null>(null);
  const [refused, setRefused] = useState<string | null>(null);
  const send = async () => {
    if (busy) return;
    setBusy(true);
    setBecame(null);
    setRefused(null);
    try {
      setBecame(await test(channel.name));
    } catch (error) {
      setRefused(error instanceof Refusal ? say(error.detail) : t("common:failed"));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <button type="button" className="button no-print" disabled={busy} aria-label={t("test.of", { name: say(channel.called) })} onClick={() => void send()}>
        {t(busy ? "test.busy" : "test")}
      </button>
      <p role="status" className="channel-became">
        {became ? (
          <>
            <b>{say(became.text)}</b> <span className="second numbers">{t("test.took", { ms: became.took_ms })}</span> {became.detail ? <q lang="en">{became.detail}</q> : null}
          </>
        ) : (
          refused
        )}
      </p>
    </>
  );
}
