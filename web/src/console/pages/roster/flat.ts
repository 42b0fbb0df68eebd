import type { components } from "../../../api/schema";

type GridNode = components["schemas"]["GridNode"];

/** The tree of grids as a list, parents before their children. */
export function flatGrids(nodes: readonly GridNode[]): GridNode[] {
  return nodes.flatMap((node) => [node, ...flatGrids(node.children)]);
}
