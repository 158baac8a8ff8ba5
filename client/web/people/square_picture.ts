/** Makes a small square of any picture that the browser can show, before anything is sent. */
import { LIMITS } from "../../../server/core/shared/limits.ts";

/** From the largest on: the first that is small enough is taken. */
const SIZES = [256, 192, 128, 96] as const;
const QUALITIES = [0.9, 0.75, 0.6] as const;

/** The middle of a picture as a JPEG, in base64. @throws Error when it can't be shown */
export async function squareOf(file: Blob): Promise<string> {
  const picture = await createImageBitmap(file);
  const side = Math.min(picture.width, picture.height);
  const [left, top] = [(picture.width - side) / 2, (picture.height - side) / 2];
  try {
    for (const size of SIZES) {
      const canvas = new OffscreenCanvas(size, size);
      const context = canvas.getContext("2d")!;
      // Where a picture can be looked through there is something, as it has no such places any more.
      context.fillStyle = "white";
      context.fillRect(0, 0, size, size);
      context.imageSmoothingQuality = "high";
      context.drawImage(picture, left, top, side, side, 0, 0, size, size);
      for (const quality of QUALITIES) {
        const blob = await canvas.convertToBlob({ type: "image/jpeg", quality });
        if (blob.size <= LIMITS.avatarBytesMax) return base64(new Uint8Array(await blob.arrayBuffer()));
      }
    }
  } finally {
    picture.close();
  }
  throw new Error("no size is small enough");
}

function base64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}
