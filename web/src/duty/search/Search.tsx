import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { categories as readCategories, incidents, places as readPlaces } from "../../api/gateway";
import type { Incident } from "../../api/views";
import { moment, together } from "../../look/format";
import { Icon } from "../../parts/Icon";
import { LevelChip } from "../../parts/Level";
import { useMe } from "../../parts/session";
import { Told } from "../../parts/Told";
import { useNow } from "../../parts/useNow";
import { WhenInput } from "../../parts/WhenInput";
import { currentLanguage, say } from "../../text/start";
import { Go } from "../Go";
import { LEVELS } from "../rows";
import { Nothing, SeatFrame } from "../SeatFrame";
import { addressOfCase, keep, useWhere } from "../where";
import { ExportBox } from "./ExportBox";
import { usePeople } from "./usePeople";
import { askedOf, FIELDS, JUMPS, spanOf, type Wanted, wantedOf } from "./spans";

/** Cases of any time: one press to a time, by place, kind, person and what came of them. */
export default function Search() {
  const { t } = useTranslation("seat");
  const me = useMe();
  const wanted = wantedOf(useWhere((where) => where.search));
  const [taking, setTaking] = useState(false);
  const asked = askedOf(wanted, me.site.timezone);
  const found = useInfiniteQuery({
    queryKey: ["search", asked],
    queryFn: ({ pageParam }) => incidents({ ...asked, ...(pageParam ? { cursor: pageParam } : {}) }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: (before) => before,
  });
  const cases = found.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <SeatFrame
      title={t("search.title")}
      help={t("search.help")}
      actions={
        me.permissions.includes("incidents.export") ? (
          <button type="button" className="button no-print" onClick={() => setTaking(!taking)}>
            <Icon name="down" />
            {t("search.export")}
          </button>
        ) : null
      }
    >
      {taking ? <ExportBox asked={asked} done={() => setTaking(false)} /> : null}
      <Ask wanted={wanted} />
      {found.error ? <Told role="alert" title={t("search.failed")} retry={() => void found.refetch()} /> : null}
      {found.isPending ? <div className="skeleton seat-skeleton" aria-busy="true" /> : null}
      {found.isSuccess && cases.length === 0 ? (
        <Nothing icon="history" title={t("search.none")}>
          <button type="button" className="button" onClick={() => keep({})}>
            {t("search.clear")}
          </button>
        </Nothing>
      ) : null}
      {cases.length > 0 ? <Found cases={cases} /> : null}
      {found.hasNextPage ? (
        <p>
          <button type="button" className="button" disabled={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            {t("search.more")}
          </button>
        </p>
      ) : null}
    </SeatFrame>
  );
}

/** The question stands in the address; words wait until somebody stops typing. */
function Ask({ wanted }: { wanted: Wanted }) {
  const { t } = useTranslation(["seat", "common"]);
  const me = useMe();
  const places = useQuery({ queryKey: ["places"], queryFn: readPlaces, staleTime: 600_000 });
  const kinds = useQuery({ queryKey: ["categories"], queryFn: readCategories, staleTime: 600_000 });
  const people = usePeople(wanted.person);
  const [words, setWords] = useState(wanted.q);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  useEffect(() => {
    if (words === wanted.q) return;
    const timer = setTimeout(() => keep({ ...wanted, q: words }), 300);
    return () => clearTimeout(timer);
  }, [words, wanted]);
  const set = (part: Partial<Wanted>) => keep({ ...wanted, q: words, ...part });
  const jumped = JUMPS.find((jump) => {
    const span = spanOf(jump, Date.now(), me.site.timezone);
    return span.from === wanted.from && (span.to === wanted.to || jump !== "night");
  });
  const select = (name: (typeof FIELDS)[number], options: [string, string][]) => (
    <label className="field">
      <span>{t(`search.${name}`)}</span>
      <select className="input" value={wanted[name]} onChange={(event) => set({ [name]: event.target.value })}>
        <option value="">{t("search.any")}</option>
        {options.map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <form role="search" className="no-print" onSubmit={(event) => event.preventDefault()}>
      <div className="chips seat-bar" role="group" aria-label={t("search.jump")}>
        {JUMPS.map((jump) => (
          <button key={jump} type="button" className="button" aria-pressed={jumped === jump} onClick={() => set(spanOf(jump, Date.now(), me.site.timezone))}>
            {t(`search.jump.${jump}`)}
          </button>
        ))}
      </div>
      <div className="seat-bar">
        <label className="field search-words">
          <span>{t("search.q")}</span>
          <input ref={input} className="input" type="search" value={words} maxLength={80} onChange={(event) => setWords(event.target.value)} />
        </label>
        <label className="field">
          <span>{t("search.from")}</span>
          <WhenInput kind="moment" value={wanted.from} onChange={(from) => set({ from })} />
        </label>
        <label className="field">
          <span>{t("search.to")}</span>
          <WhenInput kind="moment" value={wanted.to} onChange={(to) => set({ to })} />
        </label>
        {select("building", (places.data?.plan.markers ?? []).filter((marker) => marker.kind === "building").map((marker) => [marker.id, say(marker.name)]))}
        {select("category", (kinds.data?.items ?? []).filter((kind) => !kind.retired).map((kind) => [kind.code, say(kind.name)]))}
        {select("level", LEVELS.map((level) => [level, t(`common:level.${level}`)]))}
        {select("person", people)}
        {select("verdict", (["true", "false", "other"] as const).map((verdict) => [verdict, t(`search.verdict.${verdict}`)]))}
      </div>
    </form>
  );
}

function Found({ cases }: { cases: Incident[] }) {
  const { t } = useTranslation("seat");
  const me = useMe();
  const now = useNow();
  return (
    <div className="seat-table-place">
      <table className="seat-table">
        <caption className="only-heard">{t("search.title")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("search.what")}</th>
            <th scope="col">{t("search.level")}</th>
            <th scope="col">{t("search.where")}</th>
            <th scope="col">{t("search.when")}</th>
            <th scope="col">{t("search.state")}</th>
            <th scope="col">{t("search.who")}</th>
          </tr>
        </thead>
        <tbody>
          {cases.map((each) => (
            <tr key={each.number} data-key={each.number}>
              <th scope="row">
                <Go to={addressOfCase(each.number)}>{say(each.title)}</Go>
              </th>
              <td>
                <LevelChip level={each.level} />
              </td>
              <td>{say(each.place)}</td>
              <td className="numbers">{moment(each.opened_at, me.site.timezone, currentLanguage(), now)}</td>
              <td>{say(each.close_name) || say(each.state_name)}</td>
              <td>{each.owner_name ?? (say(each.checker_name) || together(each.assignees.map((person) => person.name), currentLanguage()))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
