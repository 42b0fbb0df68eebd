import { queryOptions } from "@tanstack/react-query";

import { incident as readIncident } from "../api/gateway";
import type { Incident } from "../api/views";

/** A case that nobody looks at any more is forgotten soon: a desk that stands open for days passes thousands of them. */
const KEPT_MS = 60_000;

/** A case with all that belongs to it, asked anew when the stream says that it has changed; meanwhile the old one stays. */
export const caseDetail = (number: string | null, known: Incident | undefined) =>
  queryOptions({
    queryKey: ["incident", number, known?.updated_seq, known?.version],
    queryFn: () => readIncident(number ?? ""),
    enabled: number !== null,
    gcTime: KEPT_MS,
    placeholderData: (old) => (old?.incident.number === number ? old : undefined),
  });
