import { useQuery, useQueryClient } from "@tanstack/react-query";
import i18next from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useNotices } from "../../../parts/undo";
import { Asked, type Column, Confirm, EmptyYet, Rows, StateTag, When } from "../../parts";
import { revoke, type Token, tokens } from "./asking";
import { NewTokenBox } from "./NewTokenBox";

/** The keys of programs, mine or everybody's for the administrator: look, make one, revoke one. */
export function TokenTable() {
  const { t } = useTranslation("people");
  const found = useQuery(tokens);
  const queries = useQueryClient();
  const tell = useNotices((notices) => notices.tell);
  const [making, setMaking] = useState(false);
  const [asked, setAsked] = useState<Token | null>(null);
  const again = () => void queries.invalidateQueries({ queryKey: ["tokens"] });
  const columns: [Column<Token>, ...Column<Token>[]] = [
    { key: "name", title: t("token.name"), value: (token) => token.name },
    { key: "maker", title: t("token.maker"), value: (token) => token.maker.name },
    { key: "permissions", title: t("token.permissions"), value: (token) => token.permissions.join(" ") },
    { key: "until", title: t("token.until"), value: (token) => token.expires_at, cell: (token) => <When at={token.expires_at} /> },
    { key: "used", title: t("token.used"), value: (token) => token.used_at, cell: (token) => (token.used_at ? <When at={token.used_at} age /> : t("token.used.never")) },
    {
      key: "state",
      title: t("token.state"),
      value: (token) => t(token.works ? "token.works" : "token.over"),
      cell: (token) => (
        <span className="row-of">
          <StateTag tone={token.works ? "good" : "off"}>{t(token.works ? "token.works" : "token.over")}</StateTag>
          {token.works ? (
            <button type="button" className="button" aria-haspopup="dialog" onClick={() => setAsked(token)}>
              {t("token.revoke")}
            </button>
          ) : null}
        </span>
      ),
    },
  ];
  return (
    <>
      <p className="row-of above no-print">
        <button type="button" className="button main" aria-haspopup="dialog" onClick={() => setMaking(true)}>
          {t("token.new")}
        </button>
      </p>
      <Asked query={found}>
        {({ items, grantable }) => (
          <>
            <Rows caption={t("tokens")} rows={items} columns={columns} id={(token) => token.id} empty={<EmptyYet icon="key" title={t("token.none")} />} />
            {making ? <NewTokenBox grantable={grantable} onDone={again} onClose={() => setMaking(false)} /> : null}
          </>
        )}
      </Asked>
      {asked ? (
        <Confirm
          title={t("token.revoke")}
          text={t("token.revoke.text", { name: asked.name })}
          act={t("token.revoke")}
          reason="none"
          send={() => revoke(asked.id)}
          onDone={() => {
            tell(() => i18next.t("people:token.revoked"));
            again();
          }}
          onClose={() => setAsked(null)}
        />
      ) : null}
    </>
  );
}
