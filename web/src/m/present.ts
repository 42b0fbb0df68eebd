import { api, said } from "../api/client";
import type { Owner } from "./queue";

/** Who holds this phone now, as the page that is open knows it. */
let present: Owner | null = null;

export function setPresent(owner: Owner): void {
  present = { id: owner.id, name: owner.name };
}

/** Whose a thing is that is kept now. */
export const owner = (): Owner | null => present;

/** Whether the session of this browser is still that person's: another tab may have logged somebody else in. */
export async function isStillHere(person: Owner): Promise<boolean> {
  try {
    // asked plainly: the page keeps the token of its own person, so nothing else goes out under another one either
    return (await said(api.GET("/api/me"))).id === person.id;
  } catch {
    return false; // no line, or nobody is logged in: what waits goes on waiting
  }
}
