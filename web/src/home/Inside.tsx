import { lazy, Suspense } from "react";

import { useMe } from "../parts/session";
import { fetchTexts } from "../text/start";
import { HomePage } from "./HomePage";

// The console is another, heavier thing: it comes only for those who work with it, after they are known.
const Console = lazy(async () => {
  const [module] = await Promise.all([
    import("../console/Console"),
    fetchTexts("console", {
      zh: async () => (await import("../console/text.zh")).text,
      en: async () => (await import("../console/text.en")).text,
    }),
  ]);
  return { default: module.Console };
});

/** Behind the login: the console for those who work in it, the doors for the others. */
export function Inside() {
  const me = useMe();
  if (window.location.pathname === "/" && me.home !== "/") return <HomePage />;
  return (
    <Suspense fallback={<main className="alone" aria-busy="true" />}>
      <Console />
    </Suspense>
  );
}
