import { useTranslation } from "react-i18next";

const KNOWN = ["guard", "worker", "leader", "maintenance", "manager", "checker", "administrator", "auditor", "resident"] as const;

/** The word for a role. */
export function useRole(): (name: string) => string {
  const { t } = useTranslation("console");
  return (name) => {
    const known = KNOWN.find((each) => each === name);
    return known ? t(`role.${known}`) : name;
  };
}
