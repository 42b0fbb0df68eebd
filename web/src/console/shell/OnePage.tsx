import { type ComponentType, Suspense, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "react-router";

import { useMe } from "../../parts/session";
import { say } from "../../text/start";
import { mayOpen } from "../gather";
import type { ConsolePage } from "../page";
import { Loading } from "../parts/Loading";
import { CrashLine } from "./Crash";
import { NotAllowed } from "./NotAllowed";
import { Start } from "./Start";

/** Everything around one page: its title in the tab, who may see it, waiting, and what is shown when it breaks. */
export function OnePage({ page, Component }: { page: ConsolePage; Component: ComponentType }) {
  useTranslation("console");
  const me = useMe();
  const { pathname } = useLocation();
  const title = say(page.title);
  const site = say(me.site.name);
  useEffect(() => {
    document.title = `${title} · ${site}`;
  }, [title, site]);
  // "/" is everybody's first page: who may not see what stands there finds the pages they may
  if (!mayOpen(page, me.permissions)) return page.paths.includes("/") ? <Start /> : <NotAllowed page={page} />;
  return (
    <CrashLine noun={page.noun} key={pathname}>
      <Suspense fallback={<Loading />}>
        <Component />
      </Suspense>
    </CrashLine>
  );
}
