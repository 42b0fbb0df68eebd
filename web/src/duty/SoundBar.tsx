import { useState } from "react";
import { useTranslation } from "react-i18next";

import { span } from "../look/format";
import { Icon } from "../parts/Icon";
import { useNow } from "../parts/useNow";
import { currentLanguage } from "../text/start";
import { MUTE_MS } from "./sound";
import { useStation } from "./station";
import { openSound, play } from "./voice";

/** At the start of every shift the sound is tested once: played, and a person says they heard it. */
export function SoundBar() {
  const { t } = useTranslation("duty");
  const { soundHeard, sound } = useStation();
  const [step, setStep] = useState<"ask" | "played" | "blocked">("ask");
  if (soundHeard) return null;
  const test = async () => {
    const open = await openSound();
    sound({ open, heard: false });
    setStep(open ? "played" : "blocked");
    if (open) play("L1");
  };
  return (
    <div className="bar wide" role="status">
      <Icon name="mute" />
      <span>{step === "ask" ? t("sound.bar") : step === "played" ? t("sound.ask") : t("sound.blocked")}</span>
      {step === "played" ? (
        <>
          <button type="button" className="button main" onClick={() => sound({ open: true, heard: true })}>
            {t("sound.heard")}
          </button>
          <button type="button" className="button" onClick={() => setStep("blocked")}>
            {t("sound.not_heard")}
          </button>
        </>
      ) : (
        <button type="button" className="button main" onClick={() => void test()}>
          <Icon name="sound" />
          {t("sound.test")}
        </button>
      )}
    </div>
  );
}

/** The state of the sound in the header, and the mute of at most five minutes. */
export function SoundState() {
  const { t } = useTranslation("duty");
  const { soundHeard, mutedUntil, mute } = useStation();
  const now = useNow();
  const muted = now < mutedUntil;
  if (!soundHeard) {
    return (
      <span className="fact">
        <Icon name="mute" />
        {t("sound.untested")}
      </span>
    );
  }
  return (
    <button type="button" className="button quiet" title={t(muted ? "sound.unmute" : "sound.mute")} onClick={() => mute(muted ? 0 : Date.now() + MUTE_MS)}>
      <Icon name={muted ? "mute" : "sound"} />
      {muted ? t("sound.muted", { span: span(mutedUntil - now, currentLanguage()) }) : t("sound.on")} <kbd aria-hidden="true">.</kbd>
    </button>
  );
}
