import "./look/shell.css";
import "./look/notices.css";
import "./look/parts.css";
import "./look/rows.css";
import "./look/forms.css";
import "./look/facts.css";
import "./look/print.css";

import { ConfigProvider } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import { lazy, useEffect, useLayoutEffect } from "react";
import { createBrowserRouter, Outlet, RouterProvider } from "react-router";

import { me as readMe } from "../api/gateway";
import { useAppearance } from "../look/appearance";
import { NoticeBar } from "../parts/NoticeBar";
import { toLogin, useMe } from "../parts/session";
import { listen } from "../stream/store";
import { currentLanguage } from "../text/start";
import { useTranslation } from "react-i18next";
import { kitLook, styleNonce } from "./look/kit";
import { bringPage, pages } from "./pages";
import { Banners } from "./shell/Banners";
import { BrokenShell } from "./shell/Crash";
import { Header } from "./shell/Header";
import { Menu } from "./shell/Menu";
import { NotFound } from "./shell/NotFound";
import { OnePage } from "./shell/OnePage";
import { Start } from "./shell/Start";

const routes = pages.flatMap((page) => {
  const Component = lazy(() => bringPage(page));
  return page.paths.map((path) => ({ path, element: <OnePage key={page.noun} page={page} Component={Component} /> }));
});
const hasStart = pages.some((page) => page.paths.includes("/"));
const router = createBrowserRouter([
  {
    element: <Shell />,
    errorElement: <BrokenShell />,
    children: [...routes, ...(hasStart ? [] : [{ path: "/", element: <Start /> }]), { path: "*", element: <NotFound /> }],
  },
]);

/** The console: one shell, one address per page. */
export function Console() {
  useLayoutEffect(() => {
    document.documentElement.dataset.door = "console";
  }, []);
  return <RouterProvider router={router} />;
}

function Shell() {
  const { t } = useTranslation("console");
  const me = useMe();
  const { size, theme } = useAppearance();
  const hears = me.permissions.includes("stream.read");
  useEffect(() => (hears ? listen({ shared: true, refused: () => void readMe().catch(leaveIfLoggedOut) }) : undefined), [hears]);
  // always with a locale: without one the kit builds another tree, and what somebody had typed would be lost by the switch
  return (
    <ConfigProvider csp={styleNonce} theme={kitLook(size, theme)} locale={currentLanguage() === "zh" ? zhCN : enUS}>
      <div className="console">
        <a className="skip" href="#page">
          {t("skip")}
        </a>
        <Header />
        <Banners />
        <div className="console-body">
          <Menu />
          <div className="console-page" id="page" tabIndex={-1}>
            <Outlet />
          </div>
        </div>
        <NoticeBar />
      </div>
    </ConfigProvider>
  );
}

function leaveIfLoggedOut(error: unknown): void {
  if (typeof error === "object" && error !== null && "status" in error && error.status === 401) toLogin();
}
