/** Remembers answers by their ETag, so that a poll that finds nothing new moves no bytes and costs no parsing twice. */
export class EtagCache {
  private readonly kept = new Map<string, { etag: string; response: Response }>();

  constructor(private readonly capacity = 200) {}

  /** The value for `If-None-Match`, if this address was answered before. */
  tagFor(url: string): string | null {
    return this.kept.get(url)?.etag ?? null;
  }

  /** Keep an answer that has an ETag; for a 304 hand out the one that was kept. */
  settle(url: string, response: Response): Response {
    const known = this.kept.get(url);
    if (response.status === 304 && known) {
      this.touch(url, known);
      return known.response.clone();
    }
    const etag = response.headers.get("etag");
    if (response.ok && etag !== null) this.touch(url, { etag, response: response.clone() });
    return response;
  }

  /** Forget everything: what one person was told is not for the next. */
  clear(): void {
    this.kept.clear();
  }

  private touch(url: string, entry: { etag: string; response: Response }): void {
    this.kept.delete(url);
    this.kept.set(url, entry);
    const oldest = this.kept.keys().next();
    if (this.kept.size > this.capacity && !oldest.done) this.kept.delete(oldest.value);
  }
}
