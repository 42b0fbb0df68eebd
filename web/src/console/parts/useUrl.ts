import { useCallback } from "react";
import { useSearchParams } from "react-router";

/**
 * One value of the page's address: `const [role, setRole] = useUrl("role")`. It survives a reload and can be sent
 * to somebody; an empty text takes it out of the address. Going back returns to the page before, not to each letter typed.
 */
export function useUrl(name: string): [string, (value: string) => void] {
  const [address] = useSearchParams();
  const setAll = useSetUrl();
  const set = useCallback((value: string) => setAll({ [name]: value }), [name, setAll]);
  return [address.get(name) ?? "", set];
}

/** Sets several values of the address at once; one after the other within one press, the last would win alone. */
export function useSetUrl(): (values: Readonly<Record<string, string>>) => void {
  const [, setAddress] = useSearchParams();
  return useCallback(
    (values) =>
      setAddress(
        (old) => {
          const next = new URLSearchParams(old);
          if (!("page" in values)) next.delete("page"); // other rows: their first page
          for (const [name, value] of Object.entries(values)) {
            if (value) next.set(name, value);
            else next.delete(name);
          }
          return next;
        },
        { replace: true },
      ),
    [setAddress],
  );
}
