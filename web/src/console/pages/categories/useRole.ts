import { useTranslation } from "react-i18next";

export const ROLES = ["guard", "worker", "leader", "maintenance", "manager", "checker"] as const;

/** The word for a role. */
export function useRole(): (name: string) => string {
  const { t } = useTranslation("console");
  return (name) => {
    const known = ROLES.find((each) => each === name);
    return known ? t(`role.${known}`) : name;
  };
}
