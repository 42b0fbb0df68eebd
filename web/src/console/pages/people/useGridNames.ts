import { useQuery } from "@tanstack/react-query";

import { say } from "../../../text/start";
import { grids } from "./asking";

/** The names of grids by id; the id until they are known. */
export function useGridNames(): (id: string) => string {
  const found = useQuery(grids);
  return (id) => say(found.data?.items.find((grid) => grid.id === id)?.name) || id;
}
