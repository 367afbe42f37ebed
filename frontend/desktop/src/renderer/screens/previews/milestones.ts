import type { PreviewStatusOut } from "@shared/api/schema.ts";

/** The five milestones of a preview and the progress at which each begins. What was uploaded skips the first two. */
const MILESTONES = [
  ["checkout", 0.1],
  ["dependencies", 0.25],
  ["bundler", 0.5],
  ["packaging", 0.8],
  ["ready", 1],
] as const;

type StepName = (typeof MILESTONES)[number][0];
type StepState = "done" | "active" | "waiting" | "failed";

export interface Step {
  name: StepName;
  state: StepState;
}

/** How each milestone stands. */
export function stepsOf({ status, progress }: Pick<PreviewStatusOut, "status" | "progress">): Step[] {
  // Progress names the step that has begun; before the first one nothing has.
  const current = MILESTONES.findLastIndex(([, begins]) => progress >= begins);
  return MILESTONES.map(([name], place) => ({ name, state: stateAt(place, current, status) }));
}

function stateAt(place: number, current: number, status: string): StepState {
  if (status === "success") return "done";
  if (place < current) return "done";
  const isOver = status === "failed" || status === "cancelled";
  if (place === Math.max(current, 0)) return isOver ? "failed" : current < 0 ? "waiting" : "active";
  return "waiting";
}
