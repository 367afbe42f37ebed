import { EventSourceParserStream } from "eventsource-parser/stream";
import type { Credentials, Waiting } from "../api/fetching.ts";
import { realWaiting } from "../api/fetching.ts";

/** Something that happened, as `GET /events` tells it. */
export interface LiveEvent {
  readonly id: number;
  readonly name: string;
  readonly project_id: string | null;
  readonly user_id: string | null;
  readonly at: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface LiveListener {
  /** Something happened. */
  event(event: LiveEvent): void;
  /** The place is too old to resume from: everything should be read anew. */
  reset(): void;
  /** Whether the stream is there. While it is not, screens poll. */
  connected(isConnected: boolean): void;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
// The server shows every 15 s that it lives. A network that went away without a word is noticed after three of them.
const QUIET_MS = 45_000;

/**
 * Follow `GET /events` until the signal is aborted, resuming where the last stream ended. An EventSource cannot send the
 * Authorization header, so the stream is read by hand.
 */
export async function followEvents(
  url: string,
  credentials: Credentials,
  listener: LiveListener,
  signal: AbortSignal,
  plainFetch: typeof fetch = globalThis.fetch,
  waiting: Waiting = realWaiting,
): Promise<void> {
  let lastId = "";
  let pause = FIRST_PAUSE_MS;
  while (!signal.aborted) {
    const life = new Life(signal);
    try {
      const response = await open(url, credentials, lastId, life.signal, plainFetch);
      if (response?.body) {
        pause = FIRST_PAUSE_MS;
        listener.connected(true);
        for await (const message of messages(response.body, life)) {
          if (message.id) lastId = message.id;
          deliver(message, listener);
        }
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Error)) throw error;
    } finally {
      life.end();
      listener.connected(false);
    }
    await waiting.wait(pause * (0.5 + waiting.random() / 2));
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  }
}

/** One connection: ends with the whole, with the browser's network, and when nothing was heard for too long. */
class Life {
  private readonly controller = new AbortController();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly stop = () => this.controller.abort();

  constructor(private readonly whole: AbortSignal) {
    whole.addEventListener("abort", this.stop);
    globalThis.addEventListener?.("offline", this.stop);
    this.heard();
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  heard(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(this.stop, QUIET_MS);
  }

  end(): void {
    clearTimeout(this.timer);
    this.whole.removeEventListener("abort", this.stop);
    globalThis.removeEventListener?.("offline", this.stop);
  }
}

async function open(
  url: string,
  credentials: Credentials,
  lastId: string,
  signal: AbortSignal,
  plainFetch: typeof fetch,
): Promise<Response | null> {
  const token = await credentials.accessToken();
  if (token === null) return null;
  const headers: Record<string, string> = { Accept: "text/event-stream", Authorization: `Bearer ${token}` };
  if (lastId) headers["Last-Event-ID"] = lastId;
  const response = await plainFetch(url, { headers, signal, cache: "no-store" });
  if (response.status === 401) await credentials.replaceToken(token);
  return response.ok ? response : null;
}

interface Message {
  id: string | undefined;
  event: string | undefined;
  data: string;
}

async function* messages(body: ReadableStream<Uint8Array>, life: Life): AsyncGenerator<Message> {
  const listening = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      life.heard();
      controller.enqueue(chunk);
    },
  });
  const reader = body
    .pipeThrough(listening)
    .pipeThrough(new TextDecoderStream() as unknown as ReadableWritablePair<string, Uint8Array>)
    .pipeThrough(new EventSourceParserStream())
    .getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield { id: value.id, event: value.event, data: value.data };
    }
  } finally {
    reader.releaseLock();
  }
}

function deliver(message: Message, listener: LiveListener): void {
  if (message.event === "ready") return;
  if (message.event === "reset") {
    listener.reset();
    return;
  }
  try {
    listener.event(JSON.parse(message.data) as LiveEvent);
  } catch (error) {
    // One line that is no JSON must not end the stream.
    if (!(error instanceof SyntaxError)) throw error;
  }
}
