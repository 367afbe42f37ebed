const grouped = new Intl.NumberFormat("en");

/** A number with its thousands set apart. */
export function count(value: number): string {
  return grouped.format(value);
}

/** "1 file", "2,000 files". */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}
