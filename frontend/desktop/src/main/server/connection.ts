/** Which server this installation talks to: checked before it is kept; what belonged to the one before is forgotten. */
import type { Session } from "electron";

import type { ServerState } from "../../bridge.ts";
import type { Fetch } from "../ports.ts";
import type { SettingsStore } from "../settings.ts";
import { readAddress } from "./address.ts";
import { checkServer } from "./health.ts";

export class ServerConnection {
  private version: string | null = null;

  constructor(
    private readonly settings: SettingsStore,
    private readonly session: Pick<Session, "clearStorageData" | "clearCache">,
    /** Asks a server that is not ours yet: without cookies, and outside the app's session. */
    private readonly probe: Fetch,
  ) {}

  get origin(): string | null {
    return this.settings.read().server;
  }

  state(): ServerState {
    return { address: this.origin, version: this.version };
  }

  async change(typed: string, acceptUnencrypted: boolean): Promise<ServerState> {
    const origin = readAddress(typed, { acceptUnencrypted });
    this.version = await checkServer(this.probe, origin);
    if (origin !== this.origin) {
      await this.session.clearStorageData();
      await this.session.clearCache();
    }
    this.settings.change({ server: origin, acceptUnencrypted });
    return this.state();
  }
}
