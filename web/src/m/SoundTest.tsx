import { useState } from "react";
import { useTranslation } from "react-i18next";

import { openSound, play } from "../duty/voice";
import { Icon } from "../parts/Icon";

/** Plays what a red alarm sounds like, so that one knows whether this phone can be heard. */
export function SoundTest() {
  const { t } = useTranslation("m");
  const [said, setSaid] = useState<"played" | "blocked" | null>(null);
  const test = async () => {
    const open = await openSound();
    if (open) play("L1");
    if (open && "vibrate" in navigator) navigator.vibrate([200, 100, 200]);
    setSaid(open ? "played" : "blocked");
  };
  return (
    <section className="card setting">
      <h2>{t("sound.title")}</h2>
      <button type="button" className="button wide" onClick={() => void test()}>
        <Icon name="sound" />
        {t("sound.test")}
      </button>
      <p role="status" className="second">
        {said === null ? t("sound.what") : t(`sound.${said}`)}
      </p>
    </section>
  );
}
