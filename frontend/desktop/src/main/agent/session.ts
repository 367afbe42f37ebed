/** Tells the local agent whom to act for: the newest word only, again whenever the agent is new. Kept in memory only. */
import type { AgentClient } from "./client.ts";

interface Login {
  readonly server: string;
  readonly accessToken: string;
  readonly expiresAt: number;
}

export class AgentSession {
  /** What the agent is to know; null: that nobody is signed in, undefined: nothing was said yet, or no more has to be. */
  private wanted: Login | null | undefined = undefined;
  private telling: Promise<void> = Promise.resolve();

  constructor(
    private readonly agent: Pick<AgentClient, "ask" | "isReady">,
    private readonly now: () => number,
  ) {}

  /** For the agent there is, or for the next one. */
  async handOver(server: string, accessToken: string, expiresIn: number): Promise<void> {
    this.wanted = { server, accessToken, expiresAt: this.now() + expiresIn * 1000 };
    await this.push();
  }

  /** Forget it here, then there. */
  async clear(): Promise<void> {
    this.wanted = null;
    await this.push();
  }

  /** Tell an agent that has just become ready. One word after the other: an older one must not arrive last. */
  push(): Promise<void> {
    const told = this.telling.then(() => this.tell());
    this.telling = told.catch(() => {});
    return told;
  }

  private async tell(): Promise<void> {
    const { wanted } = this;
    if (wanted === undefined || !this.agent.isReady) return;
    if (wanted === null) {
      await this.agent.ask("DELETE", "/v1/session");
      if (this.wanted === null) this.wanted = undefined;
      return;
    }
    if (wanted.expiresAt <= this.now()) return;
    await this.agent.ask("PUT", "/v1/session", { server: wanted.server, access_token: wanted.accessToken });
  }
}
