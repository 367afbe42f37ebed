// The administration's lists and charts, as an operator handles and reads them.
import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { until, type Api, type Job } from "./api.ts";

export interface Seen extends Job {
  queue: string;
  project_id: string | null;
  user_id: string | null;
  worker_id: string | null;
  correlation_id: string;
  attempt: number;
  exhausted: boolean;
  cause: string | null;
  error: { code: string } | null;
}

/** The share of a kind's jobs that failed. */
export function failureRate(all: readonly Seen[], kind: string): number {
  const alike = all.filter((job) => job.kind === kind);
  return alike.filter((job) => job.status === "failed").length / alike.length;
}

/** Set a filter by its label, as its kind of field is set. */
export async function setFilter(page: Page, label: string, value: string): Promise<void> {
  const field = page.getByRole("search").getByLabel(label, { exact: true });
  if ((await field.evaluate((element) => element.tagName)) === "SELECT") {
    await field.selectOption(value);
  } else {
    await field.fill(value);
    await field.press("Enter");
  }
}

/** The list holds these jobs and no other. */
export async function shows(page: Page, wanted: readonly Seen[]): Promise<void> {
  const boxes = page.getByRole("table", { name: "Jobs" }).getByRole("checkbox", { name: /^Select [0-9a-f]{8}-/ });
  const names = async () => (await boxes.evaluateAll((all) => all.map((each) => each.getAttribute("aria-label")))).sort();
  await expect.poll(names).toEqual(wanted.map((job) => `Select ${job.job_id}`).sort());
}

export interface Worker {
  worker_id: string;
  pid: number;
  jobs: unknown[];
}

/** The worker of a role, once it has said that it is there. */
export async function workerOf(boss: Api, role: string): Promise<Worker> {
  const find = async () => (await boss.get<{ items: Worker[] }>("/admin/workers")).items.find(({ worker_id: id }) => id.startsWith(role));
  await until(async () => (await find()) !== undefined);
  return (await find()) as Worker;
}

/** A chart has lines: pixels with a colour, which neither its ground nor its grid has. */
export async function isDrawn(chart: Locator): Promise<void> {
  const coloured = () =>
    chart.locator("canvas").evaluate((element) => {
      const { width, height } = element as HTMLCanvasElement;
      const pixels = (element as HTMLCanvasElement).getContext("2d")?.getImageData(0, 0, width, height).data ?? new Uint8ClampedArray();
      let found = 0;
      for (let at = 0; at < pixels.length; at += 4) {
        const rgb = pixels.subarray(at, at + 3);
        if (Math.max(...rgb) - Math.min(...rgb) > 60) found += 1;
      }
      return found;
    });
  await expect.poll(coloured).toBeGreaterThan(20);
}
