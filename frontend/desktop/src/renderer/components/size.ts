const UNITS = ["B", "kB", "MB", "GB", "TB"] as const;

/** A number of bytes as people say it: "812 B", "1.4 MB". */
export function bytes(size: number): string {
  let value = size;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}

const grouped = new Intl.NumberFormat("en");

/** A number with its thousands set apart. */
export function count(value: number): string {
  return grouped.format(value);
}
