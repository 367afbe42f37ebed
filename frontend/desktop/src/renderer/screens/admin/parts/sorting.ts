export type SortValue = string | number | boolean | null;

export interface Order {
  readonly column: string;
  readonly isDown: boolean;
}

/** Sort a copy; what has no value comes last whichever way. */
export function sorted<Row>(rows: readonly Row[], value: ((row: Row) => SortValue) | undefined, isDown: boolean): Row[] {
  if (value === undefined) return [...rows];
  return [...rows].sort((left, right) => compare(value(left), value(right), isDown));
}

function compare(left: SortValue, right: SortValue, isDown: boolean): number {
  if (left === right) return 0;
  if (left === null) return 1;
  if (right === null) return -1;
  const order =
    typeof left === "string" && typeof right === "string"
      ? left.localeCompare(right, "en", { numeric: true })
      : Number(left) - Number(right);
  return isDown ? -order : order;
}

/** What a click on a column's heading does: up, down, as it came. */
export function nextOrder(order: Order | null, column: string): Order | null {
  if (order?.column !== column) return { column, isDown: false };
  return order.isDown ? null : { column, isDown: true };
}
