import { sounded, trials } from "../api/gateway";

const told = new Set<string>();

/** Says that this page made the sound of a drill's case, once, when the case is a test of everything. */
export async function tellTrial(incident: string): Promise<void> {
  if (told.has(incident)) return;
  const trial = (await trials()).items.find((each) => each.incident === incident);
  if (!trial) return;
  await sounded(trial.id);
  told.add(incident);
}
