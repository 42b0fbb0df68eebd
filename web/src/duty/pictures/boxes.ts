/** Returns where a box lies over its picture, null when the camera named none. */
export function frameOf(box: readonly number[] | null | undefined): { left: string; top: string; width: string; height: string } | null {
  const [left, top, width, height] = box ?? [];
  if (left === undefined || top === undefined || width === undefined || height === undefined) return null;
  const share = (value: number): string => `${Number((value * 100).toFixed(1))}%`;
  return { left: share(left), top: share(top), width: share(width), height: share(height) };
}
