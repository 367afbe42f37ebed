import { describe, expect, it } from "vitest";
import { Session, type Exclusive } from "./session.ts";

const ANN = { id: "1", email: "ann@example.com", display_name: "Ann", is_admin: false, created_at: "2026-01-01T00:00:00Z" };

function granted(token: string): Response {
  return Response.json({ user: ANN, access_token: token, refresh_token: null, token_type: "bearer", expires_in: 900 });
}

function refused(code: string): Response {
  return Response.json({ code, message: "No.", details: {}, request_id: "r" }, { status: 401 });
}

function session(...answers: (Response | Error)[]) {
  const asked: { path: string; body: unknown }[] = [];
  let seconds = 0;
  const plainFetch: typeof fetch = async (input, init) => {
    asked.push({ path: String(input), body: JSON.parse(String(init?.body ?? "null")) });
    const answer = answers[asked.length - 1];
    if (answer === undefined) throw new Error(`not expected: ${String(input)}`);
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const alone: Exclusive = (_name, work) => work();
  const under = new Session("/api/v1", "web", plainFetch, alone, () => seconds);
  return { asked, under, pass: (more: number) => (seconds += more) };
}

describe("a session", () => {
  it("begins with asking the cookie, which no script sees", async () => {
    const { asked, under } = session(granted("t1"));
    await under.start();
    expect(asked).toEqual([{ path: "/api/v1/auth/refresh", body: {} }]);
    expect(under.read()).toMatchObject({ status: "signed_in", user: { display_name: "Ann" } });
  });

  it("is nobody's without a cookie", async () => {
    const { under } = session(refused("UNAUTHENTICATED"));
    await under.start();
    expect(under.read()).toMatchObject({ status: "signed_out", user: null });
    expect(await under.accessToken()).toBeNull();
  });

  it("is not known while the server cannot be asked, and says so", async () => {
    const { under } = session(new TypeError("refused"), granted("t1"));
    await under.start();
    expect(under.read()).toMatchObject({ status: "starting", trouble: { code: "UNREACHABLE" } });
    await under.start();
    expect(under.read()).toMatchObject({ status: "signed_in", trouble: null });
  });

  it("asks for its refresh token in a cookie when somebody logs in", async () => {
    const { asked, under } = session(granted("t1"));
    await under.logIn("ann@example.com", "secret words");
    expect(asked[0]?.body).toMatchObject({ client: "web", refresh_in: "cookie" });
    expect(await under.accessToken()).toBe("t1");
  });

  it("lends its token as it stands, and renews nothing for that", async () => {
    const { asked, under, pass } = session(granted("t1"), new Response(null, { status: 204 }));
    expect(under.held()).toBeNull();
    await under.start();
    pass(880);
    expect(under.held()).toEqual({ accessToken: "t1", expiresIn: 20 });
    expect(asked).toHaveLength(1);
  });

  it("renews itself before its token ends, once for all who ask", async () => {
    const { asked, under, pass } = session(granted("t1"), granted("t2"));
    await under.start();
    pass(880);
    expect(await Promise.all([under.accessToken(), under.accessToken(), under.accessToken()])).toEqual(["t2", "t2", "t2"]);
    expect(asked).toHaveLength(2);
  });

  it("does not renew what somebody else has renewed already", async () => {
    const { asked, under } = session(granted("t2"));
    await under.start();
    expect(await under.replaceToken("t1")).toBe("t2");
    expect(asked).toHaveLength(1);
  });

  it("that was ended elsewhere is expired, and remembers whose it was", async () => {
    const { under } = session(granted("t1"), refused("TOKEN_INVALID"));
    await under.start();
    expect(await under.replaceToken("t1")).toBeNull();
    expect(under.read()).toMatchObject({ status: "expired", user: { email: "ann@example.com" } });
  });

  it("survives a server that is away while it renews", async () => {
    const { under, pass } = session(granted("t1"), new TypeError("gone"), granted("t2"));
    await under.start();
    pass(1000);
    await expect(under.accessToken()).rejects.toMatchObject({ code: "UNREACHABLE" });
    expect(under.read().status).toBe("signed_in");
    expect(await under.accessToken()).toBe("t2");
  });

  it("tells whoever listens, until he stops listening", async () => {
    const { under } = session(granted("t1"), new Response(null, { status: 204 }));
    const seen: string[] = [];
    const stop = under.subscribe(() => seen.push(under.read().status));
    await under.start();
    await under.logOut();
    stop();
    expect(seen).toEqual(["signed_in", "signed_out"]);
  });
});
