// Reads a QR code as a phone's camera would: from what is drawn on the screen.
import type { Locator } from "playwright-core";
import decode from "qr/decode.js";

/** What a code says that is in view. */
export async function readCode(code: Locator): Promise<string> {
  const picture = (await code.screenshot()).toString("base64");
  const { width, height, data } = await code.page().evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const brush = canvas.getContext("2d");
    if (brush === null) throw new Error("This browser draws nothing.");
    brush.drawImage(bitmap, 0, 0);
    const pixels = brush.getImageData(0, 0, bitmap.width, bitmap.height);
    return { width: pixels.width, height: pixels.height, data: [...pixels.data] };
  }, picture);
  return decode({ width, height, data: Uint8Array.from(data) });
}
