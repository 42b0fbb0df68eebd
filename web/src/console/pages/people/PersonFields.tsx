import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { say } from "../../../text/start";
import { type Form, ManyField, type Option } from "../../parts";
import { grids } from "./asking";

const ROLES = ["guard", "worker", "leader", "maintenance", "manager", "checker", "administrator", "auditor", "resident"] as const;

export function useRoleOptions(): Option[] {
  const { t } = useTranslation("console");
  return ROLES.map((role) => ({ value: role, label: t(`role.${role}`) }));
}

/** The grids somebody works in; none means the whole estate. */
export function GridsField<Body extends { grids: string[] }>({ form }: { form: Form<Body> }) {
  const { t } = useTranslation("people");
  const found = useQuery(grids);
  const options = (found.data?.items ?? []).filter((grid) => grid.kind === "grid").map((grid) => ({ value: grid.id, label: say(grid.name) }));
  if (options.length === 0) return null;
  const plain = form as unknown as Form<{ grids: string[] }>; // the field needs no more of the body than this
  return <ManyField form={plain} name="grids" label={t("grids")} hint={t("grids.hint")} options={options} />;
}
