import { useQuery, useQueryClient } from "@tanstack/react-query";
import i18next from "i18next";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";

import { useNotices } from "../../../parts/undo";
import { currentLanguage, say } from "../../../text/start";
import { Asked, FormFrame, TextField, TickField, useForm } from "../../parts";
import { generate, type Layout, layout, undo } from "./asking";
import { Frame } from "./Frame";
import { useLater } from "./useLater";

const PAUSE_MS = 400;
const EXAMPLES = {
  zh: ["1–30 栋，3 单元，18 层，每层 4 户", "A–F 座，33 层，每层 6 户，不含 4、13、14 层"],
  en: ["1-6 buildings, 2 units, 6 floors, 2 homes"],
};

/** The whole estate from one line, with what it would make beside it before anything is saved. */
export function Generator() {
  const { t } = useTranslation("places");
  const go = useNavigate();
  const queries = useQueryClient();
  const tell = useNotices((notices) => notices.tell);
  /** Only the outermost places are asked for at once: an open branch that went with them is there no more. */
  const again = () => {
    void queries.invalidateQueries({ queryKey: ["places"], refetchType: "none" });
    void queries.refetchQueries({ queryKey: ["places", "in", null] });
  };
  const form = useForm(
    { line: "", households: false },
    (body) => generate(body.line, body.households),
    ({ saved, step }) => {
      const back = step
        ? () => void undo(step).then(() => {
            tell(() => i18next.t("places:undone"));
            again();
          })
        : null;
      tell(() => i18next.t("places:made", { n: saved }), back);
      again();
      void go("/places");
    },
  );
  const line = useLater(form.body.line.trim(), PAUSE_MS);
  return (
    <Frame title={t("generate")}>
      <FormFrame form={form} submit={t("generate.go")} cancel={() => void go("/places")}>
        <TextField form={form} name="line" label={t("line")} hint={t("line.hint")} />
        <ul className="places-examples" aria-label={t("examples")}>
          {EXAMPLES[currentLanguage()].map((each) => (
            <li key={each}>
              <button type="button" className="button quiet" onClick={() => form.set("line", each)}>
                {each}
              </button>
            </li>
          ))}
        </ul>
        <TickField form={form} name="households" label={t("households")} hint={t("households.hint")} />
        {line ? <Preview line={line} households={form.body.households} /> : null}
      </FormFrame>
    </Frame>
  );
}

function Preview({ line, households }: { line: string; households: boolean }) {
  const { t } = useTranslation("places");
  const found = useQuery({ ...layout(line, households), placeholderData: (before: Layout | undefined) => before });
  return (
    <section className="told places-preview" aria-label={t("preview")} aria-live="polite">
      <Asked query={found} lines={2}>
        {(made) => (
          <>
            <p>
              <b>{say(made.sentence)}</b>
            </p>
            {made.mistakes.length > 0 ? (
              <ul className="field-wrong">
                {made.mistakes.map((each) => (
                  <li key={`${each.part}${each.message.en}`}>{say(each.message)}</li>
                ))}
              </ul>
            ) : null}
            {made.clashing.length > 0 ? (
              <p className="field-wrong">
                {t("clashing")} <span className="code">{made.clashing.slice(0, 20).join(" ")}</span>
              </p>
            ) : null}
            {made.sample.length > 0 ? (
              <>
                <p className="second">{t("sample")}</p>
                <ol className="places-sample">
                  {made.sample.map((each) => (
                    <li key={each.id}>
                      {say(each.name)} <span className="second code">{each.id}</span>
                    </li>
                  ))}
                </ol>
              </>
            ) : null}
          </>
        )}
      </Asked>
    </section>
  );
}
