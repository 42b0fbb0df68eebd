import { queryOptions } from "@tanstack/react-query";

import { places } from "../../../api/gateway";
import type { Bilingual, PlaceNode } from "../../../api/views";
import type { GridNode } from "./asking";

/** The tree of grids as a list, parents before their children. */
export function flat(nodes: readonly GridNode[]): GridNode[] {
  return nodes.flatMap((node) => [node, ...flat(node.children)]);
}

function buildingsIn(nodes: readonly PlaceNode[]): { id: string; name: Bilingual }[] {
  return nodes.flatMap((node) => (node.kind === "building" ? [{ id: node.id, name: node.name }] : buildingsIn(node.children)));
}

/** The buildings of the estate with their names. */
export const namesOf = queryOptions({ queryKey: ["places", "buildings"], queryFn: async () => buildingsIn((await places()).tree), staleTime: 300_000 });
