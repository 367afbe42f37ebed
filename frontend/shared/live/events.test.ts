import { describe, expect, it } from "vitest";
import { followEvents, type LiveEvent } from "./events.ts";

const event = (id: number, name: string) =>
  `id: ${id}\nevent: ${name}\ndata: ${JSON.stringify({ id, name, project_id: null, user_id: null, at: "", body: {} })}\n\n`;

function stream(...pieces: string[]): Response {
  const bytes = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(bytes.encode(piece));
      controller.close();
    },
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}

/** Follow until the last scripted answer was read. */
async function follow(...answers: (Response | Error)[]) {
  const stop = new AbortController();
  const asked: (string | null)[] = [];
  const events: string[] = [];
  const connected: boolean[] = [];
  const waits: number[] = [];
  let resets = 0;
  await followEvents(
    "/api/v1/events",
    { accessToken: async () => "t", replaceToken: async () => null },
    {
      event: (each: LiveEvent) => events.push(`${each.id} ${each.name}`),
      reset: () => (resets += 1),
      connected: (now) => connected.push(now),
    },
    stop.signal,
    async (_url, init) => {
      asked.push(new Headers(init?.headers).get("last-event-id"));
      const answer = answers[asked.length - 1];
      if (answer instanceof Error) throw answer;
      return answer ?? new Response(null, { status: 503 });
    },
    {
      wait: async (milliseconds) => {
        waits.push(milliseconds);
        if (asked.length >= answers.length) stop.abort();
      },
      random: () => 1,
    },
  );
  return { asked, events, connected, waits, resets };
}

describe("live events", () => {
  it("arrive whole, however the network cuts them", async () => {
    const text = `id: 1\nevent: ready\ndata: {}\n\n${event(2, "repo.synced")}${event(3, "manifest.built")}`;
    const { events } = await follow(stream(...text.match(/.{1,7}/gsu)!));
    expect(events).toEqual(["2 repo.synced", "3 manifest.built"]);
  });

  it("go on where they stopped, beats included", async () => {
    const { asked } = await follow(stream(event(7, "repo.synced"), ": beat\nid: 9\n\n"), stream());
    expect(asked[0]).toBeNull();
    expect(Number(asked[1])).toBeGreaterThanOrEqual(7);
  });

  it("tell when their place is too old, so that everything is read anew", async () => {
    const { resets, events } = await follow(stream("event: reset\ndata: {}\n\n"));
    expect([resets, events]).toEqual([1, []]);
  });

  it("are sought less and less often while the server is away, and often again when it is back", async () => {
    const gone = () => new TypeError("refused");
    const { waits, connected } = await follow(gone(), gone(), gone(), stream(event(1, "repo.synced")), gone());
    expect(waits).toEqual([1000, 2000, 4000, 1000, 2000]);
    expect(connected.filter(Boolean)).toHaveLength(1);
    expect(connected.at(-1)).toBe(false);
  });

  it("are not ended by one line that is no JSON", async () => {
    const { events } = await follow(stream("id: 1\nevent: odd\ndata: {oops\n\n", event(2, "repo.synced")));
    expect(events).toEqual(["2 repo.synced"]);
  });
});
