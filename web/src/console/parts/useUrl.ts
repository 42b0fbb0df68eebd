import { useCallback } from "react";
import { useSearchParams } from "react-router";

/**
 * One value of the page's address: `const [role, setRole] = useUrl("role")`. It survives a reload and can be sent
 * to somebody; an empty text takes it out of the address. Going back returns to the page before, not to each letter typed.
 */
export function useUrl(name: string): [string, (value: string) => void] {
  const [address, setAddress] = useSearchParams();
  const set = useCallback(
    (value: string) =>
      setAddress(
        (old) => {
          const next = new URLSearchParams(old);
          if (value) next.set(name, value);
          else next.delete(name);
          if (name !== "page") next.delete("page");
          return next;
        },
        { replace: true },
      ),
    [name, setAddress],
  );
  return [address.get(name) ?? "", set];
}

/** Takes several values out of the address at once: what “clear the filters” does. */
export function useClearUrl(names: readonly string[]): () => void {
  const [, setAddress] = useSearchParams();
  return () =>
    setAddress(
      (old) => {
        const next = new URLSearchParams(old);
        for (const name of [...names, "page"]) next.delete(name);
        return next;
      },
      { replace: true },
    );
}
