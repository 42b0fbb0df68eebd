import { Component, type ReactNode, Suspense, useEffect } from "react";
import { useTranslation } from "react-i18next";

import { NoticeBar } from "../parts/NoticeBar";
import { useMe } from "../parts/session";
import { Told } from "../parts/Told";
import { say } from "../text/start";
import { Go } from "./Go";
import type { SeatPage } from "./pages";

/** One page beside the desk, in each of its states: coming, there, not for this person, broken. */
export function OpenPage({ page }: { page: SeatPage }) {
  const { t } = useTranslation("duty");
  const me = useMe();
  const Content = page.component;
  useEffect(() => {
    document.title = `${t(page.title)} · ${say(me.site.name)}`;
  }, [page, me, t]);
  return (
    <main className="seat">
      <div className="seat-scroll">
        {me.permissions.includes(page.permission) ? (
          <Guard key={page.word} words={t("page.broken")}>
            <Suspense fallback={<div className="seat-page" aria-busy="true" />}>
              <Content />
            </Suspense>
          </Guard>
        ) : (
          <div className="seat-page">
            <Told title={t("page.not_yours")}>{t("page.ask_whom")}</Told>
            <p>
              <Go to="/duty" className="button">
                {t("page.desk")}
              </Go>
            </p>
          </div>
        )}
      </div>
      <NoticeBar />
    </main>
  );
}

/** A page that breaks says so and takes nothing else with it: the list goes on sounding. */
class Guard extends Component<{ words: string; children: ReactNode }, { broken: string | null }> {
  override state = { broken: null as string | null };
  static getDerivedStateFromError(error: unknown) {
    return { broken: error instanceof Error ? error.message : String(error) };
  }
  override render() {
    if (this.state.broken === null) return this.props.children;
    return (
      <div className="seat-page">
        <Told title={this.props.words} role="alert" retry={() => this.setState({ broken: null })}>
          <span lang="en">{this.state.broken}</span>
        </Told>
      </div>
    );
  }
}
