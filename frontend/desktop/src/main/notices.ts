/** Notifications of the system, asked for by the page: text only, few at a time, and a click leads to a place of the app. */
import type { Notification } from "electron";

import { ShellError } from "./errors.ts";
import type { Shell } from "./ports.ts";
import { readRoute } from "./routes.ts";
import { readText } from "./values.ts";

const WINDOW_MS = 60_000;
const MOST_PER_WINDOW = 20;

export class Notices {
  /** Held, or a click on one would be lost when it is collected. */
  private readonly shown = new Set<Notification>();
  private times: number[] = [];

  constructor(
    private readonly shell: Pick<Shell, "Notification">,
    private readonly open: (route: string | null) => void,
    private readonly now: () => number,
  ) {}

  show(title: unknown, body: unknown, route: unknown): void {
    const text = { title: readText(title, "title", 120), body: readText(body, "body", 500) };
    const target = route === null ? null : readRoute(route);
    if (route !== null && target === null) throw new ShellError("VALIDATION_ERROR", "This is not a place of the app.", { field: "route" });
    this.count();
    if (!this.shell.Notification.isSupported()) return;
    const notice = new this.shell.Notification(text);
    this.shown.add(notice);
    notice.on("click", () => this.open(target));
    notice.on("close", () => this.shown.delete(notice));
    notice.show();
  }

  private count(): void {
    const now = this.now();
    this.times = this.times.filter((time) => now - time < WINDOW_MS);
    if (this.times.length >= MOST_PER_WINDOW) throw new ShellError("RATE_LIMITED", "Too many notifications in one minute.");
    this.times.push(now);
  }
}
