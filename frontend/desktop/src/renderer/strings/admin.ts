/** What several screens of the administration say. */
export const admin = {
  live: "Refresh by itself",
  refresh: "Refresh now",
  stopped: "What you see stands still until you let it refresh again.",
  any: "any",
  yes: "yes",
  no: "no",
  none: "none",
  unknown: "unknown",
  clear: "Clear filters",
  moreFilters: (count: number) => (count === 0 ? "More filters" : `More filters (${count} set)`),
  fewerFilters: "Fewer filters",
  sortBy: (name: string) => `Sort by ${name}`,
  selectRow: (name: string) => `Select ${name}`,
  selectAll: "Select all that are shown",
  shown: (count: number, hasMore: boolean) => `${count.toLocaleString("en")} shown${hasMore ? ", there are more" : ""}`,
  badMoment: "Not a time",
  asTable: "Show the figures as a table",
  asChart: "Show the chart",
  chartHint: "Point at it, or go to it and use the arrow keys, to read single values.",
  chartLoading: "Drawing the chart",
  noFigures: "Nothing happened in this time.",
  time: "Time",
  perMinute: (rate: number) => `${rate.toLocaleString("en", { maximumFractionDigits: 1 })}/min`,
  share: (rate: number) => `${(rate * 100).toLocaleString("en", { maximumFractionDigits: 1 })} %`,
  bytes: (bytes: number) => {
    const units = ["bytes", "KB", "MB", "GB", "TB"];
    let size = bytes;
    let unit = 0;
    while (size >= 1024 && unit < units.length - 1) {
      size /= 1024;
      unit += 1;
    }
    return `${size.toLocaleString("en", { maximumFractionDigits: unit === 0 || size >= 100 ? 0 : 1 })} ${units[unit] ?? ""}`;
  },
  ranges: { "1h": "1 hour", "24h": "24 hours", "7d": "7 days" },
  range: "Time span",
} as const;
