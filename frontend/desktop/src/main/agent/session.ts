/** Hands the signed-in person's access token to the local agent, again whenever the agent is new. Kept in memory only. */
import type { AgentClient } from "./client.ts";

interface Login {
  readonly server: string;
  readonly accessToken: string;
  readonly expiresAt: number;
}

export class AgentSession {
  private login: Login | null = null;

  constructor(
    private readonly agent: AgentClient,
    private readonly now: () => number,
  ) {}

  async handOver(server: string, accessToken: string, expiresIn: number): Promise<void> {
    this.login = { server, accessToken, expiresAt: this.now() + expiresIn * 1000 };
    await this.push();
  }

  /** Forget it here, then there. */
  async clear(): Promise<void> {
    this.login = null;
    await this.agent.ask("DELETE", "/v1/session");
  }

  /** Tell an agent that has just become ready. */
  async push(): Promise<void> {
    if (this.login === null) return;
    const expiresIn = Math.floor((this.login.expiresAt - this.now()) / 1000);
    if (expiresIn < 1) return;
    const { server, accessToken } = this.login;
    await this.agent.ask("PUT", "/v1/session", { server, access_token: accessToken, expires_in: expiresIn });
  }
}
