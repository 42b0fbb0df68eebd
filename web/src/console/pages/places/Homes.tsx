import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import i18next from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useNotices } from "../../../parts/undo";
import { together } from "../../../look/format";
import { currentLanguage, say } from "../../../text/start";
import { AreaField, Asked, Choice, type Column, Dialog, EmptyYet, Field, Filters, FormFrame, ManyField, PickOne, Rows, Search, TextField, useForm, useUrl } from "../../parts";
import { grids, type Home, homes, inside, saveHome } from "./asking";
import { homeEntry } from "./entry";
import { Frame } from "./Frame";

const CARE = ["alone", "child", "disabled"] as const;
const isCare = (word: string): word is (typeof CARE)[number] => CARE.some((each) => each === word);

/** Homes with their place, care reasons and devices; nobody's name is among them. */
export function Homes() {
  const { t } = useTranslation(["places", "console"]);
  const [building] = useUrl("building");
  const [care] = useUrl("care");
  const queries = useQueryClient();
  const [asked, setAsked] = useState<Home | null>(null);
  const top = useQuery(inside(null));
  const found = useInfiniteQuery({
    queryKey: ["homes", building],
    queryFn: ({ pageParam }) => homes(building, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => (last.items.length === 200 ? (last.items[last.items.length - 1]?.id ?? null) : null),
  });
  const careWords = (home: Home) => together(home.care.map((each) => (isCare(each) ? t(`care.${each}`) : each)), currentLanguage());
  const columns: [Column<Home>, ...Column<Home>[]] = [
    { key: "place", title: t("home"), value: (each) => say(each.place) },
    { key: "id", title: t("number"), value: (each) => each.id, cell: (each) => <span className="code">{each.id}</span> },
    { key: "grid", title: t("grid"), value: (each) => (each.grid_name ? say(each.grid_name) : null) },
    { key: "care", title: t("care"), value: (each) => careWords(each) || null },
    { key: "devices", title: t("home.devices"), value: (each) => each.devices.length, numeric: true },
    {
      key: "edit",
      title: t("edit"),
      value: () => null,
      cell: (each) => (
        <button type="button" className="button" aria-label={`${t("edit")} ${each.id}`} aria-haspopup="dialog" onClick={() => setAsked(each)}>
          {t("edit")}
        </button>
      ),
    },
  ];
  return (
    <Frame title={t("homes")}>
      <p className="page-lead second">{t("homes.text")}</p>
      <Filters>
        <Search />
        <Choice name="building" label={t("building")} options={(top.data?.items ?? []).filter((each) => each.kind === "building").map((each) => ({ value: each.id, label: say(each.name) }))} />
        <Choice name="care" label={t("care")} options={CARE.map((each) => ({ value: each, label: t(`care.${each}`) }))} />
      </Filters>
      <Asked query={found} lines={8}>
        {({ pages }) => {
          const all = pages.flatMap((each) => each.items);
          return (
            <Rows
              caption={t("homes")}
              rows={all.filter((each) => !care || each.care.includes(care))}
              all={building ? all.length : (pages[0]?.total ?? all.length)}
              columns={columns}
              id={(each) => each.id}
              filters={["building", "care"]}
              more={found.hasNextPage ? () => void found.fetchNextPage() : null}
              empty={<EmptyYet icon="building" title={t("homes.none")} />}
            />
          );
        }}
      </Asked>
      {asked ? <EditHome home={asked} onDone={() => void queries.invalidateQueries({ queryKey: ["homes"] })} onClose={() => setAsked(null)} /> : null}
    </Frame>
  );
}

function EditHome({ home, onDone, onClose }: { home: Home; onDone: () => void; onClose: () => void }) {
  const { t } = useTranslation(["places", "console"]);
  const tell = useNotices((notices) => notices.tell);
  const named = useQuery(grids);
  const form = useForm(
    { care: home.care, tags: home.tags.join("、"), grid: home.grid ?? "", reason: "" },
    ({ reason, ...typed }) => saveHome(home.id, homeEntry(home.entry, typed), home.version, reason),
    () => {
      tell(() => i18next.t("places:saved"));
      onDone();
      onClose();
    },
  );
  return (
    <Dialog title={`${t("edit")} · ${say(home.place)}`} open onClose={onClose}>
      <FormFrame form={form} submit={t("save")} cancel={onClose}>
        <ManyField form={form} name="care" label={t("care")} hint={t("care.hint")} options={CARE.map((each) => ({ value: each, label: t(`care.${each}`) }))} />
        <Field form={form} name="grid" label={t("grid")} optional>
          {(control) => <PickOne control={control} value={form.body.grid || null} onChange={(value) => form.set("grid", value ?? "")} loading={named.isPending} choices={(named.data ?? []).map((each) => ({ value: each.id, label: say(each.name) }))} />}
        </Field>
        <TextField form={form} name="tags" label={t("tags")} optional />
        <AreaField form={form} name="reason" label={t("console:reason")} hint={t("console:reason.hint")} optional />
      </FormFrame>
    </Dialog>
  );
}
