/**
 * Lends Chromium an address for a scheme that it does not know: an HTTP server on loopback whose every request goes to
 * the handler that the shell registered with `protocol.handle`, and whose answers stream as the handler's do.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";

export type SchemeHandler = (request: Request) => Response | Promise<Response>;

export class StandInOrigin {
  handler: SchemeHandler = () => new Response("no handler", { status: 500 });
  private readonly server = createServer((request, response) => {
    this.answer(request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });

  private constructor(private readonly base: string) {}

  /** `base` is what the shell sees, such as `hivesync://app`. */
  static async open(base: string): Promise<StandInOrigin> {
    const made = new StandInOrigin(base);
    await new Promise<void>((resolve) => void made.server.listen(0, "127.0.0.1", resolve));
    return made;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The address under which Chromium finds it. */
  toPage(address: string): string {
    return address === this.base || address.startsWith(`${this.base}/`) ? this.address + (address.slice(this.base.length) || "/") : address;
  }

  /** The address as the shell knows it. */
  fromPage(address: string): string {
    return address.startsWith(`${this.address}/`) ? this.base + address.slice(this.address.length) : address;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const abort = new AbortController();
    outgoing.on("close", () => abort.abort());
    const answer = await this.handler(this.request(incoming, abort.signal));
    outgoing.writeHead(answer.status, [...answer.headers].flat());
    if (answer.body === null) {
      outgoing.end();
      return;
    }
    outgoing.flushHeaders();
    for await (const chunk of answer.body) outgoing.write(chunk);
    outgoing.end();
  }

  private request(incoming: IncomingMessage, signal: AbortSignal): Request {
    const headers = new Headers();
    for (const [name, value] of Object.entries(incoming.headers)) {
      if (value !== undefined && name !== "connection") headers.set(name, String(value));
    }
    const { method = "GET", url = "/" } = incoming;
    const hasBody = method !== "GET" && method !== "HEAD";
    const body = hasBody ? { body: Readable.toWeb(incoming) as ReadableStream, duplex: "half" } : {};
    return new Request(this.base + url, { method, headers, signal, ...body } as RequestInit);
  }
}
