import { Text, Tooltip } from "@mantine/core";
import { common } from "@/strings/common.ts";
import { useNow } from "./now.ts";

const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "short" });
const absolute = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "medium" });

/** "5 min. ago", "in 2 hr.": the distance of a moment from now, in its largest whole unit. */
function distance(moment: Date, now: Date): string {
  const seconds = Math.round((moment.getTime() - now.getTime()) / 1000);
  const [unit, size] = STEPS.find((step) => Math.abs(seconds) >= step[1]) ?? (["second", 1] as const);
  return relative.format(Math.trunc(seconds / size), unit);
}

/** A moment as people say it; the exact one is shown on pointing and read by assistive technology. */
export function Time({ at }: { at: string | null | undefined }) {
  const now = useNow(15_000);
  if (at === null || at === undefined) return <Text span>{common.never}</Text>;
  const moment = new Date(at);
  return (
    <Tooltip label={absolute.format(moment)} withArrow>
      <time dateTime={at}>{distance(moment, now)}</time>
    </Tooltip>
  );
}

/** Seconds as people say them: "0.4 s", "12 s", "3 min 5 s". */
export function duration(seconds: number): string {
  if (seconds > 0 && seconds < 0.1) return `${Math.max(1, Math.round(seconds * 1000))} ms`;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return whole < 120 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
