import { useQuery, useQueryClient } from "@tanstack/react-query";
import i18next from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { freshKey } from "../../../api/idempotency";
import { Icon } from "../../../parts/Icon";
import { useMe } from "../../../parts/session";
import { useNotices } from "../../../parts/undo";
import { Dialog, Field, FormFrame, PickDevice, useForm } from "../../parts";
import { devices, play } from "./asking";
import "./drills.css";
import { KIND, proposed, STORIES, type Story } from "./stories";

/** Ready stories: one press and a device, then the real pipeline, marked as a drill and scored by the times of its steps. */
export function Stories() {
  const { t } = useTranslation("drills");
  const me = useMe();
  const [asked, setAsked] = useState<Story | null>(null);
  const may = me.permissions.includes("trials.begin") && me.permissions.includes("devices.read");
  return (
    <section>
      <h2>{t("stories")}</h2>
      <p className="second">{t(may ? "stories.text" : "stories.whom")}</p>
      <ul className="drills-stories">
        {STORIES.map((story) => (
          <li key={story} className="card drills-story">
            <h3>{t(`story.${story}`)}</h3>
            <p>{t(`story_text.${story}`)}</p>
            {may ? (
              <button type="button" className="button no-print" aria-label={t("play.of", { what: t(`story.${story}`) })} aria-haspopup="dialog" onClick={() => setAsked(story)}>
                <Icon name="play" />
                {t("play")}
              </button>
            ) : null}
          </li>
        ))}
      </ul>
      {me.permissions.includes("trials.read") ? (
        <p className="drills-after">
          <Link className="button" to="/channels/trials">
            {t("exercise.go")}
          </Link>
        </p>
      ) : null}
      {asked ? <Play story={asked} onClose={() => setAsked(null)} /> : null}
    </section>
  );
}

function Play({ story, onClose }: { story: Story; onClose: () => void }) {
  const { t } = useTranslation("drills");
  const queries = useQueryClient();
  const found = useQuery(devices);
  const tell = useNotices((notices) => notices.tell);
  const [key] = useState(freshKey);
  const [start] = useState({ device: null as string | null });
  const device = (chosen: string | null) => chosen ?? proposed(story, found.data?.items ?? []);
  const form = useForm(
    start,
    (body) => play(device(body.device) ?? "", KIND[story], key),
    () => {
      void queries.invalidateQueries({ queryKey: ["trials"] });
      tell(() => i18next.t("drills:played"));
      onClose();
    },
  );
  return (
    <Dialog title={t(`story.${story}`)} open onClose={onClose}>
      <p className="confirm-text">{t("play.text")}</p>
      <FormFrame form={{ ...form, changed: false }} submit={t("play")} cancel={onClose}>
        <Field form={form} name="device" label={t("play.device")}>
          {(control) => <PickDevice control={control} value={device(form.body.device)} onChange={(chosen) => form.set("device", chosen)} />}
        </Field>
      </FormFrame>
    </Dialog>
  );
}
