import type { Owner, Shelf, Waiting } from "./queue";

/** Somebody else's things on this phone: they wait until that person logs in here. */
export interface Others {
  name: string;
  count: number;
}

/** Whether a thing may go out under this person. What an older page kept has no owner: it goes with whoever comes first. */
export const isOf = (item: Waiting, person: string): boolean => !item.owner || item.owner.id === person;

/** The part of a shelf that is this person's: whatever is done with it, the rest stays where it is. */
export function shelfOf<T extends Waiting>(shelf: Shelf<T>, person: string): Shelf<T> {
  return { ...shelf, all: async () => (await shelf.all()).filter((item) => isOf(item, person)) };
}

/** Whose else things wait on this phone, and how many of each. */
export function othersIn(items: readonly Waiting[], person: string): Others[] {
  const counts = new Map<string, { owner: Owner; count: number }>();
  for (const item of items) {
    if (!item.owner || isOf(item, person)) continue;
    const known = counts.get(item.owner.id);
    counts.set(item.owner.id, { owner: item.owner, count: (known?.count ?? 0) + 1 });
  }
  return [...counts.values()].map(({ owner, count }) => ({ name: owner.name, count }));
}

/** Several lists of the same people as one. */
export function together(lists: readonly (readonly Others[])[]): Others[] {
  const sums = new Map<string, number>();
  for (const { name, count } of lists.flat()) sums.set(name, (sums.get(name) ?? 0) + count);
  return [...sums].map(([name, count]) => ({ name, count }));
}
