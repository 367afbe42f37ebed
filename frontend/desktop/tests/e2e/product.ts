// Starts the product as `make run` does, on a free port with a folder of its own, and a small repository to work on.
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";
import { newRepository } from "./git.ts";

export interface Product {
  url: string;
  folder: string;
  repository: string;
  admin: { email: string; password: string };
}

declare module "vitest" {
  interface ProvidedContext {
    product: Product | null;
  }
}

const ROOT = fileURLToPath(new URL("../../../..", import.meta.url));
export const HIVESYNC = join(ROOT, ".venv", "bin", "hivesync");
export const CHROMIUM = process.env["CHROMIUM"] ?? ["/usr/bin/chromium", "/usr/bin/google-chrome"].find((path) => existsSync(path));
const START_SECONDS = 120;

export const ADMIN = { email: "admin@example.com", password: "three tall pines and a lake" };

export interface Running extends Product {
  /** End it and keep its folder, to be started again. */
  halt: () => Promise<void>;
  /** End it and remove all it left. */
  stop: () => Promise<void>;
}

/** Start the product, where it was before if a port and a folder are given, and wait until it answers. */
export async function startProduct(port?: number, folder?: string): Promise<Running> {
  const home = folder ?? (await mkdtemp(join(tmpdir(), "hivesync-e2e-")));
  const repository = join(home, "honey-shop");
  if (!existsSync(repository)) await makeRepository(repository);
  const listen = port ?? (await freePort());
  const child = spawn(HIVESYNC, ["up"], {
    cwd: ROOT,
    env: {
      ...process.env,
      PORT: String(listen),
      DATA_DIR: join(home, "data"),
      HOME: home,
      HIVESYNC_DEMO: "0",
      HIVESYNC_ADMIN_EMAIL: ADMIN.email,
      HIVESYNC_ADMIN_PASSWORD: ADMIN.password,
      DATABASE_URL: "",
      REDIS_URL: "",
      // A person clicks slower than a test; what is limited has tests of its own.
      RATE_LIMIT_AUTH: "1000/1m",
    },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => lines.push(chunk.toString()));
  const url = `http://127.0.0.1:${listen}`;
  await answers(url, child, lines);
  const halt = () => ended(child);
  const stop = async () => {
    await halt();
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  };
  return { url, folder: home, repository, admin: ADMIN, halt, stop };
}

async function answers(url: string, child: ChildProcess, lines: string[]): Promise<void> {
  const end = Date.now() + START_SECONDS * 1000;
  while (Date.now() < end) {
    if (child.exitCode !== null) throw new Error(`hivesync up ended with ${child.exitCode}:\n${lines.join("")}`);
    const isThere = await fetch(`${url}/readyz`).then((answer) => answer.ok, () => false);
    if (isThere) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  await ended(child);
  throw new Error(`hivesync up did not answer within ${START_SECONDS} s:\n${lines.join("")}`);
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  process.kill(child.pid, "SIGTERM");
  const timer = setTimeout(() => child.pid !== undefined && process.kill(-child.pid, "SIGKILL"), 20_000);
  await gone;
  clearTimeout(timer);
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

/** A shop in a few files of Python and TypeScript: undocumented functions, a name to change, a document, odd characters. */
export async function makeRepository(folder: string): Promise<void> {
  const files: Readonly<Record<string, string>> = {
    "README.md": "# Honey shop\n\nSells honey by the jar.\n\n* `shop/prices.py` knows what a jar costs\n* <script>alert(1)</script> is text here\n",
    "shop/__init__.py": "",
    "shop/prices.py": PRICES,
    "shop/orders.py": ORDERS,
    "web/cart.ts": CART,
    "web/odd.py": "def check(user):\n    access = 'user\u202e \u2066# only admins\u2069 \u2066'\n    return access\n",
  };
  await newRepository(folder, files, "Open the shop");
}

const PRICES = `"""What honey costs."""

TAX = 0.07


def net_price(jars, price_per_jar):
    if jars < 0:
        raise ValueError("jars must not be negative")
    return jars * price_per_jar


def gross_price(jars, price_per_jar):
    return round(net_price(jars, price_per_jar) * (1 + TAX), 2)


def discount(total, percent):
    if not 0 <= percent <= 100:
        raise ValueError("percent must be between 0 and 100")
    return total - total * percent / 100
`;

const ORDERS = `from shop.prices import discount, gross_price


class Order:
    def __init__(self, customer):
        self.customer = customer
        self.lines = []

    def add(self, jars, price_per_jar):
        self.lines.append((jars, price_per_jar))

    def total(self, percent=0):
        total = sum(gross_price(jars, price) for jars, price in self.lines)
        return discount(total, percent)


def receipt(order):
    lines = [f"{jars} x {price}" for jars, price in order.lines]
    return "\\n".join([order.customer, *lines, f"total {order.total()}"])
`;

const CART = `export interface Line {
  jars: number;
  price: number;
}

export function cartTotal(lines: Line[]): number {
  return lines.reduce((sum, line) => sum + line.jars * line.price, 0);
}

export function describeCart(lines: Line[]): string {
  return \`\${lines.length} kinds, \${cartTotal(lines)} in all\`;
}
`;

/** Vitest's global set-up. Without a browser the journey cannot be made: CI fails then, others are told. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  if (CHROMIUM === undefined) {
    if (process.env["CI"]) throw new Error("Chromium is missing: apt-get install chromium");
    console.warn("Chromium is not installed (or named by CHROMIUM): what is shown in a browser is left out.");
    project.provide("product", null);
    return async () => {};
  }
  const { stop, halt: _halt, ...product } = await startProduct();
  project.provide("product", product);
  return stop;
}
