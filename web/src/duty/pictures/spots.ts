import type { components } from "../../api/schema";

export type Camera = components["schemas"]["CameraView"];

/** Where something happened, as far as a case or an alert knows it. */
export interface Spot {
  device: string | null;
  zone: string | null;
  building: string | null;
}

/** Returns the cameras that see a spot: the one that raised it, else those of its zone, else of its building. */
export function camerasAt(spot: Spot, cameras: Camera[]): Camera[] {
  const raised = cameras.filter((camera) => camera.id === spot.device);
  if (raised.length > 0) return raised;
  const zone = spot.zone === null ? [] : cameras.filter((camera) => camera.zone === spot.zone);
  if (zone.length > 0) return zone;
  return spot.building === null ? [] : cameras.filter((camera) => camera.building === spot.building);
}

const STALE_MS = 15 * 60_000;

/** A picture that is older than a quarter of an hour, or of a camera that is gone, is no view of now. */
export function isStale(camera: Camera, now: number): boolean {
  return camera.online === false || camera.picture === null || now - Date.parse(camera.picture.at) > STALE_MS;
}

/** The worst first, then those with the newest picture; the order of equal ones is that of their ids. */
export function byWorth(cameras: Camera[]): Camera[] {
  const at = (camera: Camera): number => (camera.picture === null ? 0 : Date.parse(camera.picture.at));
  return [...cameras].sort((a, b) => ((a.worst ?? "L9") < (b.worst ?? "L9") ? -1 : (a.worst ?? "L9") > (b.worst ?? "L9") ? 1 : at(b) - at(a) || (a.id < b.id ? -1 : 1)));
}
