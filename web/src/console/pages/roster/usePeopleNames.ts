import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { together } from "../../../look/format";
import { currentLanguage } from "../../../text/start";
import { people } from "./asking";

/** Names for login names, in one line; who is unknown keeps theirs, and nobody is called by it while the names are read. */
export function usePeopleNames(): (ids: readonly string[]) => string {
  useTranslation("roster");
  const found = useQuery(people);
  const names = new Map((found.data?.items ?? []).map((each) => [each.id, each.name]));
  return (ids) => together(ids.map((id) => names.get(id) ?? (found.isPending ? "…" : id)), currentLanguage()) || "–";
}
