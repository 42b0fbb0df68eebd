import type { Bilingual, Incident, PlaceNode } from "../api/views";

/** A place as it is chosen in a report: its name with what it lies in, and the parts that the gateway takes. */
export interface Spot {
  id: string;
  name: Bilingual;
  parts: { building?: string; unit?: string; floor?: string; zone?: string };
}

/** Every place of the tree as one list; what lies in a building carries its name. */
export function spotsOf(tree: PlaceNode[]): Spot[] {
  return tree.flatMap((node) => inside(node, {}, { zh: "", en: "" }));
}

function inside(node: PlaceNode, around: Spot["parts"], prefix: Bilingual): Spot[] {
  const word = node.id.slice(node.id.lastIndexOf("/") + 1);
  const parts = { ...around, [node.kind]: word };
  const name = { zh: prefix.zh ? `${prefix.zh} ${node.name.zh}` : node.name.zh, en: prefix.en ? `${prefix.en}, ${node.name.en}` : node.name.en };
  return [{ id: node.id, name, parts }, ...node.children.flatMap((child) => inside(child, parts, name))];
}

const MOST = 12;

/** What is offered: what fits the words, else the places of my open tasks, the last one used, then all from the top. */
export function offered(spots: Spot[], words: string, tasks: Incident[], last: string | null): Spot[] {
  const bare = (text: string) => text.toLowerCase().replace(/[\s,，]+/g, "");
  const wanted = bare(words);
  const plain = (spot: Spot) => bare(`${spot.name.zh} ${spot.name.en}`);
  if (wanted) return spots.filter((spot) => plain(spot).includes(wanted)).slice(0, MOST);
  const near = tasks.map((task) => task.building ?? task.zone).filter(Boolean);
  const first = spots.filter((spot) => spot.id === last || near.includes(spot.id));
  const top = spots.filter((spot) => Object.keys(spot.parts).length === 1);
  return [...new Set([...first, ...top])].slice(0, MOST);
}
