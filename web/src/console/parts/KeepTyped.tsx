import { createContext, Fragment, type ReactNode, useCallback, useContext, useEffect, useId, useState } from "react";
import { useTranslation } from "react-i18next";

import { type Held, heldNow, overtaken } from "./held";

const Tell = createContext<(who: string, typed: boolean) => void>(() => undefined);

/** Says to the {@link KeepTyped} around it whether something has been typed here that is not saved yet. */
export function useTyped(typed: boolean) {
  const tell = useContext(Tell);
  const who = useId();
  useEffect(() => {
    tell(who, typed);
    return () => tell(who, false);
  }, [tell, who, typed]);
}

interface Given<Answer, Version extends number | string> {
  newest: Answer;
  version: Version;
  /** `began`: what the fields are filled with; `version`: what is sent as the version that one saw; `latest`: what is saved now. */
  children: (began: Answer, version: Version, latest: Answer) => ReactNode;
}

/**
 * Around an editor that is filled from a question: the question may be answered anew (the window comes back to the
 * front, somebody else saves) without what has been typed being lost. Who typed is told, and decides.
 */
export function KeepTyped<Answer, Version extends number | string>({ newest, version, children }: Given<Answer, Version>) {
  const { t } = useTranslation("console");
  const now: Held<Answer> = { answer: newest, version };
  const [held, setHeld] = useState(now);
  const [over, setOver] = useState<Version | null>(null);
  const [typing, setTyping] = useState<ReadonlySet<string>>(new Set());
  const tell = useCallback((who: string, typed: boolean) => {
    setTyping((old) => {
      if (old.has(who) === typed) return old;
      const next = new Set(old);
      if (typed) next.add(who);
      else next.delete(who);
      return next;
    });
  }, []);
  const next = heldNow(held, now, typing.size > 0);
  if (next !== held) setHeld(next);
  const late = overtaken(next, now);
  return (
    <Tell value={tell}>
      {late && over !== version ? (
        <div className="told newer" role="alert">
          <p>{t("newer")}</p>
          <div className="form-foot">
            <button type="button" className="button" onClick={() => setOver(version)}>
              {t("newer.mine")}
            </button>
            <button type="button" className="button" onClick={() => setHeld(now)}>
              {t("newer.theirs")}
            </button>
          </div>
        </div>
      ) : null}
      {/* a new version fills the fields anew; what is typed over an older one keeps them */}
      <Fragment key={next.version}>{children(next.answer, late && over === version ? version : (next.version as Version), newest)}</Fragment>
    </Tell>
  );
}
