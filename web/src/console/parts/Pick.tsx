/** Choosing a place, a person, a device or a kind of case: typed search, the gateway's own names. */
import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useTranslation } from "react-i18next";

import { api, said } from "../../api/client";
import { places } from "../../api/gateway";
import type { PlaceNode } from "../../api/views";
import { say } from "../../text/start";
import type { Control } from "./Field";

interface Given {
  value: string | null;
  onChange: (value: string | null) => void;
  /** From {@link Field}; without a field, give `label`. */
  control?: Control;
  label?: string;
}

interface Choice {
  value: string;
  label: string;
}

/** Names and ids for the kit's controls; only what is set, so that a label elsewhere stays the name. */
function named({ control, label }: Pick<Given, "control" | "label">) {
  return {
    ...(control ? { id: control.id, "aria-invalid": control["aria-invalid"] } : {}),
    ...(label ? { "aria-label": label } : {}),
    ...(control?.["aria-describedby"] ? { "aria-describedby": control["aria-describedby"] } : {}),
  };
}

/** A building, unit, floor or zone, each with the way to it: typing a part of any name on the way finds it. */
export function PickPlace(given: Given) {
  useTranslation("console");
  const tree = useQuery({ queryKey: ["places"], queryFn: places, staleTime: 300_000 });
  return <PickOne {...given} loading={tree.isPending} choices={(tree.data?.tree ?? []).flatMap((node) => within(node, ""))} />;
}

function within(node: PlaceNode, way: string): Choice[] {
  const label = way + say(node.name);
  return [{ value: node.id, label }, ...node.children.flatMap((each) => within(each, `${label} › `))];
}

/** Somebody who works here; `role` keeps to those who have it. */
export function PickPerson({ role, ...given }: Given & { role?: string }) {
  const found = useQuery({ queryKey: ["people"], queryFn: () => said(api.GET("/api/people")), staleTime: 60_000 });
  const people = (found.data?.items ?? []).filter((each) => each.active && (!role || each.roles.some((mine) => mine === role)));
  return <PickOne {...given} loading={found.isPending} choices={people.map((each) => ({ value: each.id, label: each.name }))} />;
}

/** A kind of case. */
export function PickKind(given: Given) {
  useTranslation("console");
  const found = useQuery({ queryKey: ["categories"], queryFn: () => said(api.GET("/api/categories")), staleTime: 300_000 });
  const kinds = (found.data?.items ?? []).filter((each) => !each.retired);
  return <PickOne {...given} loading={found.isPending} choices={kinds.map((each) => ({ value: each.code, label: say(each.name) }))} />;
}

/** A device, by its name or its place. */
export function PickDevice(given: Given) {
  useTranslation("console");
  const found = useQuery({ queryKey: ["devices", "names"], queryFn: () => said(api.GET("/api/devices")), staleTime: 60_000 });
  const choices = (found.data?.items ?? []).map((each) => ({ value: each.id, label: `${say(each.name)} · ${say(each.place)}` }));
  return <PickOne {...given} loading={found.isPending} choices={choices} />;
}

/** One out of many by typing a part of its name. */
export function PickOne({ value, onChange, choices, loading = false, ...names }: Given & { choices: readonly Choice[]; loading?: boolean }) {
  const { t } = useTranslation("console");
  return (
    <Select
      {...named(names)}
      className="pick"
      showSearch={{ optionFilterProp: "label" }}
      allowClear
      value={value}
      onChange={(chosen: string | undefined) => onChange(chosen ?? null)}
      options={[...choices]}
      loading={loading}
      placeholder={t("pick")}
      notFoundContent={t("pick.none")}
    />
  );
}
