import { useTranslation } from "react-i18next";

import { say } from "../../../text/start";
import { Choice, Filters, Search } from "../../parts";
import type { Table } from "./asking";
import { LIVES, STATES } from "./standing";
import { typeWords } from "./words";

/** What the list may be narrowed by, of what there is: no choice that leads to nothing. */
export function Narrow({ table }: { table: Table }) {
  const { t } = useTranslation("devices");
  const lives = LIVES.filter((life) => (table.lives[life] ?? 0) > 0);
  return (
    <Filters>
      <Search label={t("search")} />
      <Choice name="place" label={t("place")} options={table.places.map((each) => ({ value: each.value, label: say(each.name) }))} />
      <Choice name="type" label={t("type")} options={table.types.map((each) => ({ value: each.value, label: say(typeWords(each.value)) })).sort((a, b) => a.label.localeCompare(b.label, "zh-CN"))} />
      <Choice name="state" label={t("state")} options={[...STATES.map((each) => ({ value: each, label: t(`state.${each}`) })), { value: "low", label: t("state.low") }]} />
      {lives.length > 1 ? <Choice name="life" label={t("life")} options={lives.map((each) => ({ value: each, label: t(`life.${each}`) }))} /> : null}
      <Choice name="profile" label={t("profile")} options={table.profiles.map((each) => ({ value: each.value, label: each.value }))} />
    </Filters>
  );
}
