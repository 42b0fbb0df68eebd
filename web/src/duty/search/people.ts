/** Returns login and name of everybody once, by name; somebody who is asked for and whom nobody knows stands with the login. */
export function namesOf(people: readonly { id: string; name: string }[], asked: string): [string, string][] {
  const named = new Map(people.map((each) => [each.id, each.name]));
  if (asked && !named.has(asked)) named.set(asked, asked);
  return [...named].sort(([, one], [, other]) => one.localeCompare(other, "zh"));
}
