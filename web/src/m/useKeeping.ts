import { useState } from "react";
import { useTranslation } from "react-i18next";

/** Keeps something on this phone; `wrong` says in words why it could not, until the next try. */
export function useKeeping(unreadable: "photo.unreadable" | "voice.unreadable") {
  const { t } = useTranslation("m");
  const [wrong, setWrong] = useState<string | null>(null);
  const keeping = async (keep: () => Promise<void>) => {
    setWrong(null);
    try {
      await keep();
    } catch (error) {
      setWrong(t(error instanceof DOMException && error.name === "QuotaExceededError" ? "photo.full" : unreadable));
    }
  };
  return { wrong, setWrong, keeping };
}
