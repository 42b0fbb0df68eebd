import { QueryClient, QueryClientProvider, useQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, StrictMode, useContext } from "react";
import { createRoot } from "react-dom/client";
import { useTranslation } from "react-i18next";

import { Refusal } from "../api/client";
import { me } from "../api/gateway";
import type { Me } from "../api/views";
import { applyAppearance } from "../look/appearance";
import { say } from "../text/start";
import { Told } from "./Told";

const Session = createContext<Me | null>(null);

/** The person of this page; only inside {@link WithSession}. */
export function useMe(): Me {
  const person = useContext(Session);
  if (!person) throw new Error("useMe outside WithSession");
  return person;
}

export const queries = new QueryClient({
  defaultOptions: {
    // a gateway in the same building is there also when the browser believes itself offline: ask, and say what came of it
    queries: {
      networkMode: "always",
      refetchOnReconnect: true,
      retry: (failures, error) => failures < 2 && !(error instanceof Refusal && error.status >= 400 && error.status < 500),
      refetchOnWindowFocus: false,
      staleTime: 15_000,
    },
    // never kept back to be sent later unseen: a press is done now or refused in words
    mutations: { networkMode: "always" },
  },
});

/** Puts an entry on the page with what every entry needs. */
export function mount(page: ReactNode): void {
  applyAppearance();
  const root = document.getElementById("root");
  if (!root) throw new Error("the page has no #root");
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queries}>{page}</QueryClientProvider>
    </StrictMode>,
  );
}

/** Sends whoever is not logged in to the login, which brings them back here. */
export function toLogin(): void {
  const here = window.location.pathname + window.location.search;
  window.location.assign(`/login?next=${encodeURIComponent(here)}`);
}

export function WithSession({ children }: { children: ReactNode }) {
  const { t } = useTranslation("common");
  const person = useQuery({ queryKey: ["me"], queryFn: me, staleTime: 60_000 });
  if (person.error instanceof Refusal && person.error.status === 401) {
    toLogin();
    return null;
  }
  if (person.error) {
    const why = person.error instanceof Refusal ? say(person.error.detail) : person.error.message;
    return (
      <main className="alone">
        <Told title={t("failed")} retry={() => void person.refetch()}>
          {why}
        </Told>
      </main>
    );
  }
  if (!person.data) return <main className="alone" aria-busy="true" />;
  return <Session.Provider value={person.data}>{children}</Session.Provider>;
}
