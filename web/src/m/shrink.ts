/** Longest side of a photo that leaves the phone, in pixels. */
export const LONGEST = 1600;

/** Size after shrinking, never larger than before. */
export function fit(width: number, height: number, longest = LONGEST): { width: number; height: number } {
  const scale = Math.min(1, longest / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** Shrinks a photo on the phone to at most {@link LONGEST} pixels, as JPEG. Throws when it cannot be read. */
export async function shrink(file: Blob): Promise<Blob> {
  const picture = await open(file);
  const size = fit(picture.width, picture.height);
  const canvas = document.createElement("canvas");
  canvas.width = size.width;
  canvas.height = size.height;
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("no canvas");
  pen.drawImage(picture, 0, 0, size.width, size.height);
  if ("close" in picture) picture.close();
  const small = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", 0.82));
  if (!small) throw new Error("no picture");
  return small;
}

async function open(file: Blob): Promise<ImageBitmap | HTMLImageElement> {
  if (typeof createImageBitmap === "function") {
    try {
      return await createImageBitmap(file);
    } catch {
      // older Safari reads fewer formats this way than through an image element
    }
  }
  const address = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    return image;
  } finally {
    URL.revokeObjectURL(address);
  }
}
