import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useTranslation } from "react-i18next";

import { places } from "../../../api/gateway";
import type { PlaceNode } from "../../../api/views";
import { currentLanguage, say } from "../../../text/start";
import { type Control, LevelChip, PickDevice, PickOne } from "../../parts";
import { choices as askChoices } from "./asking";
import { lengthOf, type Unit, UNITS, withWords, wordsIn } from "./draft";

interface Option {
  value: string;
  label: string;
}

export interface Asks {
  type: string;
  label: string;
  value: unknown;
  unit?: string;
  whole?: boolean;
  optional?: boolean;
  options?: readonly Option[];
  /** Long words get a box, short ones a line. */
  long?: boolean;
}

interface Given {
  ask: Asks;
  control: Control;
  onChange: (value: never) => void;
}

/** The control for one question of a rule: about ten kinds, each with words and never a code. */
export function Question({ ask, control, onChange }: Given) {
  const set = onChange as (value: unknown) => void;
  const { value } = ask;
  const text = typeof value === "string" ? value : null;
  switch (ask.type) {
    case "duration":
      return <Length value={value} control={control} set={set} />;
    case "number":
      return (
        <span className="rules-number">
          <input
            {...control}
            className="input numbers short"
            type="number"
            inputMode={ask.whole ? "numeric" : "decimal"}
            step={ask.whole ? 1 : "any"}
            value={typeof value === "number" ? value : ""}
            onChange={(event) => set(event.target.value === "" ? null : Number(event.target.value))}
          />
          {ask.unit ? <span>{ask.unit}</span> : null}
        </span>
      );
    case "device":
      return <PickDevice control={control} value={text} onChange={set} />;
    case "zone":
    case "place":
      return <Place scope={ask.type === "place"} value={text} control={control} set={set} />;
    case "level":
      return <Levels label={ask.label} value={text} control={control} set={set} />;
    case "stage":
    case "choice":
      return <Few label={ask.label} value={text} options={ask.options ?? []} control={control} set={set} />;
    case "words":
    case "text":
      return ask.options ? <PickOne control={control} value={text} choices={ask.options} onChange={set} /> : <Words ask={ask} control={control} set={set} />;
    case "kinds":
      return <Kinds value={value} control={control} set={set} />;
    default: // kind, calendar, plan, category
      return <Named ask={ask} control={control} set={set} />;
  }
}

interface Set {
  control: Control;
  set: (value: unknown) => void;
}

function Length({ value, control, set }: Set & { value: unknown }) {
  const { t } = useTranslation("rules");
  const { count, unit } = lengthOf(value);
  const said = (number: number | null, of: Unit) => set(number === null ? null : `${Math.round(number)}${of}`);
  return (
    <span className="rules-number">
      <input {...control} className="input numbers short" type="number" inputMode="numeric" min={0} value={count ?? ""} onChange={(event) => said(event.target.value === "" ? null : Number(event.target.value), unit)} />
      <select className="input" aria-label={t("unit")} value={unit} onChange={(event) => said(count, event.target.value as Unit)}>
        {UNITS.map((each) => (
          <option key={each} value={each}>
            {t(`unit.${each}`)}
          </option>
        ))}
      </select>
    </span>
  );
}

function Levels({ label, value, control: { id, ...control }, set }: Set & { label: string; value: string | null }) {
  return (
    <span {...control} id={id} role="group" aria-label={label} tabIndex={-1} className="segmented rules-few">
      {(["L1", "L2", "L3", "L4"] as const).map((each) => (
        <button key={each} type="button" aria-pressed={value === each} onClick={() => set(each)}>
          <LevelChip level={each} />
        </button>
      ))}
    </span>
  );
}

function Few({ label, value, options, control: { id, ...control }, set }: Set & { label: string; value: string | null; options: readonly Option[] }) {
  return (
    <span {...control} id={id} role="group" aria-label={label} tabIndex={-1} className="segmented rules-few">
      {options.map((each) => (
        <button key={each.value} type="button" aria-pressed={value === each.value} onClick={() => set(each.value)}>
          {each.label}
        </button>
      ))}
    </span>
  );
}

function Words({ ask, control, set }: Set & { ask: Asks }) {
  const language = currentLanguage();
  const text = wordsIn(ask.value, language);
  const change = (words: string) => set(withWords(ask.value, language, words));
  return ask.long ? (
    <textarea {...control} className="input" rows={3} value={text} onChange={(event) => change(event.target.value)} />
  ) : (
    <input {...control} className="input" value={text} onChange={(event) => change(event.target.value)} />
  );
}

/** A building or zone of the place tree; `scope`: said as the condition that a rule holds. */
function Place({ value, control, set, scope }: Set & { value: string | null; scope: boolean }) {
  const tree = useQuery({ queryKey: ["places"], queryFn: places, staleTime: 300_000 });
  const options = (tree.data?.tree ?? []).flatMap((node) => within(node, "", scope));
  return <PickOne control={control} value={value} choices={options} loading={tree.isPending} onChange={set} />;
}

function within(node: PlaceNode, way: string, scope: boolean): Option[] {
  const label = way + say(node.name);
  const id = node.id.split("/").pop() ?? node.id;
  const here = node.kind === "zone" || (scope && node.kind === "building") ? [{ value: scope ? `device.${node.kind} == "${id}"` : node.id, label }] : [];
  return [...here, ...node.children.flatMap((each) => within(each, `${label} › `, scope))];
}

function Named({ ask, control, set }: Set & { ask: Asks }) {
  const { t } = useTranslation("rules");
  const found = useQuery(askChoices);
  const lists = found.data;
  const named = (list: readonly { value: string; label: { zh: string; en: string } }[] = []): Option[] => list.map((each) => ({ value: each.value, label: say(each.label) }));
  const options =
    ask.type === "kind" ? named(lists?.kinds) : ask.type === "calendar" ? named(lists?.calendars) : ask.type === "category" ? named(lists?.categories) : [{ value: "none", label: t("plan.none") }, ...named(lists?.plans)];
  const value = typeof ask.value === "string" ? ask.value : null;
  const known = value === null || options.some((each) => each.value === value) ? options : [...options, { value, label: value }];
  return <PickOne control={control} value={value} choices={known} loading={found.isPending} onChange={set} />;
}

function Kinds({ value, control, set }: Set & { value: unknown }) {
  const { t } = useTranslation("console");
  const found = useQuery(askChoices);
  const options = (found.data?.kinds ?? []).map((each) => ({ value: each.value, label: say(each.label) }));
  return (
    <Select
      id={control.id}
      {...(control["aria-describedby"] ? { "aria-describedby": control["aria-describedby"] } : {})}
      className="pick"
      mode="multiple"
      showSearch={{ optionFilterProp: "label" }}
      value={Array.isArray(value) ? (value as string[]) : []}
      options={options}
      onChange={(chosen: string[]) => set(chosen)}
      placeholder={t("pick")}
      notFoundContent={t("pick.none")}
    />
  );
}
