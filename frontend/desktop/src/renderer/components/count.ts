const grouped = new Intl.NumberFormat("en");

/** A number with its thousands set apart. */
export function count(value: number): string {
  return grouped.format(value);
}
