import { Component, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useRouteError } from "react-router";

interface State {
  error: Error | null;
}

/** Keeps a broken page from taking the menu with it, and says a code that can be read aloud. */
export class CrashLine extends Component<{ noun: string; children: ReactNode }, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: unknown): State {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error) return <Crashed code={crashCode(this.props.noun, error)} again={() => this.setState({ error: null })} />;
    return this.props.children;
  }
}

/** The last resort, when the shell itself breaks. */
export function BrokenShell() {
  const error = useRouteError();
  return <Crashed code={crashCode("console", error instanceof Error ? error : new Error(String(error)))} again={() => window.location.reload()} />;
}

/** The same fault has the same code: the page's noun and four digits of what was thrown. */
export function crashCode(noun: string, error: Error): string {
  let sum = 7;
  for (const letter of `${error.name}:${error.message}`) sum = (sum * 31 + letter.charCodeAt(0)) % 10_000;
  return `${noun}-${String(sum).padStart(4, "0")}`;
}

function Crashed({ code, again }: { code: string; again: () => void }) {
  const { t } = useTranslation(["console", "common"]);
  return (
    <main className="page">
      <h1>{t("crash.title")}</h1>
      <div className="told" role="alert">
        <p>{t("crash.still")}</p>
        <p>{t("crash.do")}</p>
        <p>
          {t("wrong.code")} <b className="code">{code}</b>
        </p>
        <div className="row-of">
          <button type="button" className="button main" onClick={again}>
            {t("common:retry")}
          </button>
          <button type="button" className="button" onClick={() => window.location.reload()}>
            {t("crash.reload")}
          </button>
        </div>
      </div>
    </main>
  );
}
