import { useQuery, useQueryClient } from "@tanstack/react-query";
import i18next from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useMe } from "../../../parts/session";
import { useNotices } from "../../../parts/undo";
import { say } from "../../../text/start";
import { Asked, type Column, Confirm, Dialog, EmptyYet, FormFrame, Page, Rows, StateTag, TextField, TickField, useForm, When } from "../../parts";
import { pair, revoke, type Screen, screens } from "./asking";
import { page } from "./page";

/** The displays that were let in: who did it, when they looked last, and the way to shut one out. */
export default function Screens() {
  const { t } = useTranslation("screens");
  const me = useMe();
  const found = useQuery(screens);
  const queries = useQueryClient();
  const tell = useNotices((notices) => notices.tell);
  const [pairing, setPairing] = useState(false);
  const [asked, setAsked] = useState<Screen | null>(null);
  const may = me.permissions.includes("screens.edit");
  const again = () => void queries.invalidateQueries({ queryKey: ["screens"] });
  const columns: [Column<Screen>, ...Column<Screen>[]] = [
    { key: "name", title: t("name"), value: (screen) => screen.name },
    { key: "by", title: t("by"), value: (screen) => screen.by.name },
    { key: "since", title: t("since"), value: (screen) => screen.paired_at, cell: (screen) => <When at={screen.paired_at} /> },
    { key: "until", title: t("until"), value: (screen) => screen.expires_at, cell: (screen) => <When at={screen.expires_at} /> },
    { key: "seen", title: t("seen"), value: (screen) => screen.seen_at, cell: (screen) => (screen.seen_at ? <When at={screen.seen_at} age /> : t("seen.never")) },
    { key: "names", title: t("shows"), value: (screen) => t(screen.names ? "shows.yes" : "shows.no") },
    {
      key: "state",
      title: t("state"),
      value: (screen) => t(screen.works ? "works" : "over"),
      cell: (screen) => (
        <span className="row-of">
          <StateTag tone={screen.works ? "good" : "off"}>{t(screen.works ? "works" : "over")}</StateTag>
          {screen.works && may ? (
            <button type="button" className="button" aria-label={`${t("revoke")}: ${screen.name}`} aria-haspopup="dialog" onClick={() => setAsked(screen)}>
              {t("revoke")}
            </button>
          ) : null}
        </span>
      ),
    },
  ];
  const open = may ? (
    <button type="button" className="button main" aria-haspopup="dialog" onClick={() => setPairing(true)}>
      {t("pair")}
    </button>
  ) : null;
  return (
    <Page title={say(page.title)} help={{ for: t("help.for"), do: t("help.do") }} lead={t("lead")} actions={open}>
      <Asked query={found}>
        {({ items }) => (
          <Rows
            caption={t("table")}
            rows={items}
            columns={columns}
            id={(screen) => screen.id}
            empty={
              <EmptyYet icon="today" title={t("none")}>
                <p className="second">{t("none.text", { address: `${window.location.origin}/wall` })}</p>
              </EmptyYet>
            }
          />
        )}
      </Asked>
      {pairing ? <PairBox onDone={again} onClose={() => setPairing(false)} /> : null}
      {asked ? (
        <Confirm
          title={t("revoke")}
          text={t("revoke.text", { name: asked.name })}
          act={t("revoke")}
          reason="none"
          send={() => revoke(asked.id)}
          onDone={() => {
            tell(() => i18next.t("screens:revoked"));
            again();
          }}
          onClose={() => setAsked(null)}
        />
      ) : null}
    </Page>
  );
}

function PairBox({ onDone, onClose }: { onDone: () => void; onClose: () => void }) {
  const { t } = useTranslation("screens");
  const tell = useNotices((notices) => notices.tell);
  const form = useForm({ code: "", name: "", names: false }, (body) => pair({ ...body, code: body.code.trim() }), ({ name }) => {
    tell(() => i18next.t("screens:paired", { name }));
    onDone();
    onClose();
  });
  return (
    <Dialog title={t("pair")} open onClose={onClose}>
      <FormFrame form={form} submit={t("pair")} cancel={onClose}>
        <TextField form={form} name="code" label={t("code")} hint={t("code.hint")} />
        <TextField form={form} name="name" label={t("name")} hint={t("name.hint")} />
        <TickField form={form} name="names" label={t("names")} hint={t("names.hint")} />
      </FormFrame>
    </Dialog>
  );
}
