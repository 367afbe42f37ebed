/** A page of a browser that Playwright is too new for, by Chromium's own debugging protocol. */
import { WebSocket } from "undici";

import { until } from "./servers.ts";

interface Answer {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly context?: { readonly id: number; readonly name: string } };
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}
interface Evaluated {
  readonly result: { readonly value?: unknown };
  readonly exceptionDetails?: { readonly text: string; readonly exception?: { readonly description?: string } };
}
interface Target {
  readonly type: string;
  readonly url: string;
  readonly webSocketDebuggerUrl: string;
}

/** The windows that there are. */
export async function targetsAt(port: number): Promise<Target[]> {
  const answer = await fetch(`http://127.0.0.1:${port}/json/list`);
  return ((await answer.json()) as Target[]).filter(({ type }) => type === "page");
}

export class DevtoolsPage {
  /** Names of the worlds of scripts in this page, and their ids. */
  readonly worlds = new Map<string, number>();
  private readonly waiting = new Map<number, (answer: Answer) => void>();
  private count = 0;

  private constructor(private readonly socket: WebSocket) {
    socket.addEventListener("close", () => this.waiting.forEach((answer) => answer({ error: { message: "the page is gone" } })));
    socket.addEventListener("message", ({ data }) => this.hear(JSON.parse(String(data)) as Answer));
  }

  static async open(port: number): Promise<DevtoolsPage> {
    const [target] = await until(async () => {
      const targets = await targetsAt(port).catch(() => []);
      return targets.length > 0 ? targets : null;
    });
    const socket = new WebSocket(target!.webSocketDebuggerUrl);
    await new Promise((resolve, reject) => {
      socket.addEventListener("open", resolve);
      socket.addEventListener("error", reject);
    });
    const page = new DevtoolsPage(socket);
    await page.send("Runtime.enable");
    return page;
  }

  async send(method: string, params: object = {}): Promise<unknown> {
    const id = (this.count += 1);
    const answer = await new Promise<Answer>((resolve) => {
      if (this.socket.readyState !== WebSocket.OPEN) return resolve({ error: { message: "the page is gone" } });
      this.waiting.set(id, resolve);
      this.socket.send(JSON.stringify({ id, method, params }));
    });
    if (answer.error !== undefined) throw new Error(`${method}: ${answer.error.message}`);
    return answer.result;
  }

  /** Run this function in the page, or in one of its worlds; what it returns has to be JSON. */
  async run<T, V extends readonly unknown[]>(work: (...values: V) => T | Promise<T>, values: V | [] = [], world?: string): Promise<T> {
    const contextId = world === undefined ? undefined : this.worlds.get(world);
    const expression = `(${work.toString()})(...${JSON.stringify(values)})`;
    const asked = { expression, contextId, awaitPromise: true, returnByValue: true, userGesture: true };
    const { result, exceptionDetails } = (await this.send("Runtime.evaluate", asked)) as Evaluated;
    if (exceptionDetails !== undefined) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value as T;
  }

  /** Wait until this is so in the page, which may be loading anew. */
  async until<V extends readonly unknown[]>(isSo: (...values: V) => unknown, values: V | [] = []): Promise<void> {
    await until(() => this.run(isSo, values).catch(() => false));
  }

  async type(selector: string, text: string): Promise<void> {
    await this.run((found: string) => document.querySelector<HTMLElement>(found)!.focus(), [selector]);
    await this.send("Input.insertText", { text });
  }

  async screenshot(): Promise<Buffer> {
    const { data } = (await this.send("Page.captureScreenshot")) as { data: string };
    return Buffer.from(data, "base64");
  }

  private hear(said: Answer): void {
    const context = said.params?.context;
    if (said.method === "Runtime.executionContextCreated" && context !== undefined) this.worlds.set(context.name, context.id);
    if (said.id === undefined) return;
    this.waiting.get(said.id)?.(said);
    this.waiting.delete(said.id);
  }
}
