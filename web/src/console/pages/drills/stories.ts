/** Ready stories for a drill: as what kind of case, and which device can tell it. Plain functions. */
import type { Device } from "./asking";

export const STORIES = ["smoke", "ebike", "door"] as const;
export type Story = (typeof STORIES)[number];

/** The kind of case that the story is played as (codes of the gateway). */
export const KIND: Record<Story, string> = { smoke: "0101", ebike: "0104", door: "0205" };

/** Device types that can tell the story, the best first. */
const TELLS: Record<Story, readonly string[]> = {
  smoke: ["smoke", "smoke_detector", "heat_detector", "fire_panel"],
  ebike: ["lift", "elevator", "camera"],
  door: ["unit_door", "access_gate", "contact", "lock", "home_door", "fire_door", "vehicle_gate"],
};

/** The device that is proposed for a story; null: none of the site can tell it, somebody chooses. */
export function proposed(story: Story, devices: readonly Pick<Device, "id" | "type">[]): string | null {
  for (const type of TELLS[story]) {
    const found = devices.find((each) => each.type === type);
    if (found) return found.id;
  }
  return null;
}
