interface Detector {
  detect: (picture: ImageBitmap) => Promise<{ rawValue: string }[]>;
}

declare global {
  interface Window {
    BarcodeDetector?: new (options: { formats: string[] }) => Detector;
  }
}

/** Whether this browser reads square codes in pictures; over plain HTTP, and on many phones, it does not. */
export const canRead = (): boolean => typeof window.BarcodeDetector === "function" && typeof createImageBitmap === "function";

/** Returns what the square code in a picture says, or null when none can be read. */
export async function readCode(file: Blob): Promise<string | null> {
  if (!window.BarcodeDetector) return null;
  try {
    const picture = await createImageBitmap(file);
    const [code] = await new window.BarcodeDetector({ formats: ["qr_code"] }).detect(picture);
    picture.close();
    return code?.rawValue ?? null;
  } catch {
    return null; // a picture that cannot be decoded holds no code either
  }
}
