import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { say } from "../../../text/start";
import type { Control } from "../../parts";
import { find, offered, type Place } from "./asking";
import { fits } from "./spots";
import { useLater } from "./useLater";

const PAUSE_MS = 250;

/** A place out of the whole tree, by what people call it: the gateway searches, thousands of homes are no list. */
export function PickSpot({ value, onChange, control, label }: { value: string | null; onChange: (value: string | null) => void; control?: Control; label?: string }) {
  const { t } = useTranslation("console");
  const [typed, setTyped] = useState("");
  const q = useLater(typed.trim(), PAUSE_MS);
  const found = useQuery({ ...offered(q), placeholderData: keepPreviousData });
  const chosen = useQuery({ ...find(value ?? ""), enabled: value !== null });
  const settled = q === typed.trim() && !found.isFetching;
  const items = [...(found.data?.items ?? []), ...(chosen.data?.items ?? [])];
  const options = [...new Map(items.map((each) => [each.id, { value: each.id, label: wayTo(each) }])).values()];
  return (
    <Select
      {...(control ? { id: control.id, "aria-invalid": control["aria-invalid"] } : {})}
      {...(control?.["aria-describedby"] ? { "aria-describedby": control["aria-describedby"] } : {})}
      {...(label ? { "aria-label": label } : {})}
      className="pick"
      showSearch={{ onSearch: setTyped, filterOption: (words, option) => (settled && option?.value !== value) || fits(option?.label ?? "", words) }}
      allowClear
      value={value}
      onChange={(next: string | undefined) => onChange(next ?? null)}
      options={options}
      loading={!settled}
      placeholder={t("pick")}
      notFoundContent={t("pick.none")}
    />
  );
}

const wayTo = (place: Place): string => place.way.map((part) => say(part)).join(" › ");
