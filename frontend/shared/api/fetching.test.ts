import { describe, expect, it } from "vitest";
import { ApiError, Unreachable } from "./errors.ts";
import { EtagCache } from "./etags.ts";
import { makeFetch, type Credentials, type Waiting } from "./fetching.ts";

const URL_A = "http://hive.test/api/v1/jobs/1";

interface Heard {
  method: string;
  authorization: string | null;
  ifNoneMatch: string | null;
}

/** A server that answers from a list, and remembers what it was asked. */
function scripted(...answers: (Response | Error)[]) {
  const heard: Heard[] = [];
  const plainFetch: typeof fetch = async (input) => {
    const request = input as Request;
    const { method, headers } = request;
    heard.push({ method, authorization: headers.get("authorization"), ifNoneMatch: headers.get("if-none-match") });
    const answer = answers[heard.length - 1];
    if (answer === undefined) throw new Error("asked more often than expected");
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { heard, plainFetch };
}

function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json", ...headers } });
}

function refusal(status: number, code: string, headers: Record<string, string> = {}): Response {
  return json({ code, message: `${code}.`, details: {}, request_id: "r-1" }, status, headers);
}

function patience() {
  const waits: number[] = [];
  const waiting: Waiting = {
    wait: async (milliseconds) => {
      waits.push(milliseconds);
    },
    random: () => 1,
  };
  return { waits, waiting };
}

const holder = (token: string | null, next: string | null = null): Credentials => ({
  accessToken: async () => token,
  replaceToken: async () => next,
});

function sender(answers: (Response | Error)[], credentials: Credentials = holder("t1"), etags = new EtagCache()) {
  const { heard, plainFetch } = scripted(...answers);
  const { waits, waiting } = patience();
  return { heard, waits, send: makeFetch(credentials, etags, plainFetch, waiting) };
}

async function failure(work: Promise<unknown>): Promise<ApiError> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ApiError);
  return error as ApiError;
}

describe("what is sent", () => {
  it("carries the token of whoever is logged in, and none when nobody is", async () => {
    const named = sender([json({})]);
    await named.send(new Request(URL_A));
    expect(named.heard[0]?.authorization).toBe("Bearer t1");
    const anonymous = sender([json({})], holder(null));
    await anonymous.send(new Request(URL_A));
    expect(anonymous.heard[0]?.authorization).toBeNull();
  });

  it("names the state that is known, and hands out that state when nothing changed", async () => {
    const { heard, send } = sender([json({ progress: 0.5 }, 200, { etag: '"a"' }), new Response(null, { status: 304 })]);
    await send(new Request(URL_A));
    const second = await send(new Request(URL_A));
    expect(heard[1]?.ifNoneMatch).toBe('"a"');
    expect(await second.json()).toEqual({ progress: 0.5 });
  });
});

describe("a refused token", () => {
  it("is replaced once, and the request is sent again", async () => {
    const { heard, send } = sender([refusal(401, "TOKEN_EXPIRED"), json({ ok: true })], holder("t1", "t2"));
    expect(await (await send(new Request(URL_A, { method: "POST", body: "{}" }))).json()).toEqual({ ok: true });
    expect(heard.map((each) => each.authorization)).toEqual(["Bearer t1", "Bearer t2"]);
  });

  it("ends in the server's own words when there is no other", async () => {
    const { send } = sender([refusal(401, "TOKEN_INVALID")], holder("t1", null));
    expect(await failure(send(new Request(URL_A)))).toMatchObject({ status: 401, code: "TOKEN_INVALID", requestId: "r-1" });
  });
});

describe("a server in trouble", () => {
  it("is asked again, later and later, up to three times", async () => {
    const { waits, send } = sender([refusal(503, "UNAVAILABLE"), new TypeError("refused"), json({ ok: true })]);
    expect((await send(new Request(URL_A))).ok).toBe(true);
    expect(waits).toEqual([300, 600]);
  });

  it("is given the time that it asks for, if that is short", async () => {
    const { waits, send } = sender([refusal(429, "RATE_LIMITED", { "retry-after": "2" }), json({})]);
    await send(new Request(URL_A));
    expect(waits).toEqual([2000]);
  });

  it("is not waited for when it asks for minutes", async () => {
    const { waits, send } = sender([refusal(429, "RATE_LIMITED", { "retry-after": "600" })]);
    expect((await failure(send(new Request(URL_A)))).retryAfter).toBe(600);
    expect(waits).toEqual([]);
  });

  it("is never asked twice for something that may have been done already", async () => {
    const { heard, send } = sender([new TypeError("reset")]);
    expect(await failure(send(new Request(URL_A, { method: "POST", body: "{}" })))).toBeInstanceOf(Unreachable);
    expect(heard).toHaveLength(1);
  });

  it("is asked twice for what has a key that makes it happen once", async () => {
    const { heard, send } = sender([refusal(503, "UNAVAILABLE"), json({ job_id: "1" }, 202)]);
    const headers = { "Idempotency-Key": "k" };
    expect((await send(new Request(URL_A, { method: "POST", body: "{}", headers }))).status).toBe(202);
    expect(heard).toHaveLength(2);
  });

  it("may answer in a proxy's HTML, of which the status is told", async () => {
    const page = () => new Response("<h1>Bad gateway</h1>", { status: 502 });
    const { send } = sender([page(), page(), page()]);
    expect(await failure(send(new Request(URL_A)))).toMatchObject({ status: 502, code: "UNAVAILABLE" });
  });
});

describe("remembered answers", () => {
  it("are forgotten when somebody else logs in", async () => {
    const etags = new EtagCache();
    etags.settle(URL_A, json({}, 200, { etag: '"a"' }));
    etags.clear();
    expect(etags.tagFor(URL_A)).toBeNull();
  });

  it("make room for new ones, the oldest first", () => {
    const etags = new EtagCache(2);
    for (const name of ["a", "b", "c"]) etags.settle(name, json({}, 200, { etag: `"${name}"` }));
    expect(["a", "b", "c"].map((name) => etags.tagFor(name))).toEqual([null, '"b"', '"c"']);
  });
});
