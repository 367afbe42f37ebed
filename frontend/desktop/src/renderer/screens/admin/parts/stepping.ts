/** The place an arrow key leads to; null for other keys. */
export function stepped(key: string, place: number, last: number): number | null {
  const jump = Math.max(1, Math.round(last / 10));
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: place - 1,
    ArrowDown: place - 1,
    ArrowRight: place + 1,
    ArrowUp: place + 1,
    PageDown: place - jump,
    PageUp: place + jump,
    Home: 0,
    End: last,
  };
  const next = steps[key];
  return next === undefined ? null : Math.min(Math.max(next, 0), Math.max(last, 0));
}
