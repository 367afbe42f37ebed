import { ApiError, readError, Unreachable } from "../api/errors.ts";
import type { Credentials } from "../api/fetching.ts";
import type { UserOut } from "../api/schema.ts";

export type SessionStatus = "starting" | "signed_out" | "signed_in" | "expired";

export interface SessionState {
  readonly status: SessionStatus;
  readonly user: UserOut | null;
  /** Why nobody knows yet who is logged in, if the server could not be asked. */
  readonly trouble: ApiError | null;
}

interface Granted {
  user: UserOut;
  access_token: string;
  expires_in: number;
}

/** Runs one thing at a time under a name, across all windows of this browser (the Web Locks API's shape). */
export type Exclusive = <T>(name: string, work: () => Promise<T>) => Promise<T>;

// Renewed this long before it ends, so that no request meets a token that ends on its way.
const MARGIN_SECONDS = 30;

/**
 * Who is logged in, in this window. The access token lives in memory only; the refresh token is an HttpOnly cookie that
 * scripts never see. A refresh token works once, so windows renew one after another.
 */
export class Session implements Credentials {
  private state: SessionState = { status: "starting", user: null, trouble: null };
  private token: { text: string; endsAt: number } | null = null;
  private renewal: Promise<string | null> | null = null;
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly baseUrl: string,
    private readonly client: "web" | "desktop",
    private readonly plainFetch: typeof fetch = (...given) => globalThis.fetch(...given),
    private readonly exclusive: Exclusive = browserLock,
    private readonly now: () => number = () => performance.now() / 1000,
  ) {}

  readonly read = (): SessionState => this.state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** The access token as it stands, and for how many more seconds; null while there is none. Nothing is renewed. */
  readonly held = (): { readonly accessToken: string; readonly expiresIn: number } | null =>
    this.token === null ? null : { accessToken: this.token.text, expiresIn: this.token.endsAt - this.now() };

  /** Find out whether this browser is still logged in. */
  async start(): Promise<void> {
    try {
      await this.renew();
      if (this.token === null) this.become("signed_out", null);
    } catch (error) {
      this.become("starting", null, error instanceof ApiError ? error : new Unreachable(error));
    }
  }

  async logIn(email: string, password: string): Promise<void> {
    this.grant(await this.post("/auth/login", { email, password, client: this.client, refresh_in: "cookie" }));
  }

  async register(email: string, password: string, displayName: string): Promise<void> {
    const body = { email, password, display_name: displayName, client: this.client, refresh_in: "cookie" };
    this.grant(await this.post("/auth/register", body));
  }

  async logOut(): Promise<void> {
    const token = await this.accessToken().catch(() => null);
    this.token = null;
    this.become("signed_out", null);
    if (token === null) return;
    await this.plainFetch(`${this.baseUrl}/auth/logout`, { method: "POST", headers: { Authorization: `Bearer ${token}` } });
  }

  async accessToken(): Promise<string | null> {
    if (this.token !== null && this.token.endsAt - MARGIN_SECONDS > this.now()) return this.token.text;
    if (this.state.status === "signed_out" || this.state.status === "expired") return null;
    return this.renew();
  }

  async replaceToken(refused: string): Promise<string | null> {
    if (this.token !== null && this.token.text !== refused) return this.token.text;
    this.token = null;
    return this.renew();
  }

  /** Somebody changed what is shown of him. */
  changeUser(user: UserOut): void {
    this.become(this.state.status, user);
  }

  private renew(): Promise<string | null> {
    this.renewal ??= this.exclusive("hivesync-refresh", () => this.renewOnce()).finally(() => {
      this.renewal = null;
    });
    return this.renewal;
  }

  private async renewOnce(): Promise<string | null> {
    try {
      this.grant(await this.post("/auth/refresh", {}));
      return this.token?.text ?? null;
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      this.token = null;
      this.become(this.state.status === "signed_in" ? "expired" : "signed_out", this.state.user);
      return null;
    }
  }

  private grant(granted: Granted): void {
    this.token = { text: granted.access_token, endsAt: this.now() + granted.expires_in };
    this.become("signed_in", granted.user);
  }

  private become(status: SessionStatus, user: UserOut | null, trouble: ApiError | null = null): void {
    this.state = { status, user, trouble };
    for (const listener of this.listeners) listener();
  }

  private async post(path: string, body: object): Promise<Granted> {
    let response: Response;
    try {
      response = await this.plainFetch(`${this.baseUrl}${path}`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
        credentials: "same-origin",
        cache: "no-store",
      });
    } catch (error) {
      throw new Unreachable(error);
    }
    if (!response.ok) throw await readError(response);
    return (await response.json()) as Granted;
  }
}

const browserLock: Exclusive = async (name, work) =>
  "locks" in navigator ? await navigator.locks.request(name, work) : await work();
