/** Read an answer's body as text, or null when it is longer than it may be: nothing from outside fills the memory. */
export async function readBounded(response: Response, largest: number): Promise<string | null> {
  if (response.body === null) return "";
  const reader = response.body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return Buffer.concat(chunks).toString("utf8");
    size += value.byteLength;
    if (size > largest) {
      await reader.cancel();
      return null;
    }
    chunks.push(value);
  }
}
