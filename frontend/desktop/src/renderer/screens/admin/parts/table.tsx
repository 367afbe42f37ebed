import { Checkbox, Group, Table, Text, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconArrowDown, IconArrowUp, IconArrowsSort } from "@tabler/icons-react";
import { Fragment, useState, type ReactNode } from "react";
import { admin } from "@/strings/admin.ts";
import { nextOrder, sorted, type Order, type SortValue } from "./sorting.ts";

export interface Column<Row> {
  readonly name: string;
  readonly label: string;
  readonly cell: (row: Row) => ReactNode;
  readonly sort?: (row: Row) => SortValue;
  readonly isNumber?: boolean;
  readonly width?: number | string;
  /** 1 stays; 2 folds into a line of its own below 1100 px; 3 below 1400 px. */
  readonly priority?: 1 | 2 | 3;
}

export interface Selection {
  readonly ids: ReadonlySet<string>;
  readonly onChange: (ids: ReadonlySet<string>) => void;
}

interface DataTableProps<Row> {
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  selection?: Selection;
  /** More about a row, below it, over the whole width. */
  renderDetail?: (row: Row, columns: number) => ReactNode;
}

/** A table whose less important columns fold into a line below each row where there is little room. */
export function DataTable<Row>({ caption, columns, rows, rowKey, selection, renderDetail }: DataTableProps<Row>) {
  const isNarrow = useMediaQuery("(max-width: 1100px)", undefined, { getInitialValueInEffect: false });
  const isMiddling = useMediaQuery("(max-width: 1400px)", undefined, { getInitialValueInEffect: false });
  const [order, setOrder] = useState<Order | null>(null);
  const least = isNarrow ? 1 : isMiddling ? 2 : 3;
  const kept = columns.filter((column) => (column.priority ?? 1) <= least);
  const folded = columns.filter((column) => (column.priority ?? 1) > least);
  const by = columns.find((column) => column.name === order?.column);
  const shown = sorted(rows, by?.sort, order?.isDown ?? false);
  return (
    <Table.ScrollContainer minWidth={0} type="native">
      <Table verticalSpacing={6} horizontalSpacing="xs" fz="sm" highlightOnHover captionSide="top">
        <VisuallyHidden component="caption">{caption}</VisuallyHidden>
        <Table.Thead>
          <Table.Tr>
            {selection !== undefined && <SelectAll rows={shown} rowKey={rowKey} selection={selection} />}
            {kept.map((column) => (
              <Heading key={column.name} column={column} order={order} onOrder={setOrder} />
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {shown.map((row) => {
            const key = rowKey(row);
            return (
              <Fragment key={key}>
                <Table.Tr style={folded.length > 0 ? FOLDED_ROW : undefined}>
                  {selection !== undefined && <SelectOne id={key} selection={selection} />}
                  {kept.map((column) => (
                    <Table.Td key={column.name} style={CELL} ta={column.isNumber === true ? "right" : undefined}>
                      {column.cell(row)}
                    </Table.Td>
                  ))}
                </Table.Tr>
                {folded.length > 0 && (
                  <Table.Tr>
                    {selection !== undefined && <Table.Td />}
                    <Table.Td colSpan={kept.length} pt={0}>
                      <Folded columns={folded} row={row} />
                    </Table.Td>
                  </Table.Tr>
                )}
                {renderDetail?.(row, kept.length + (selection === undefined ? 0 : 1))}
              </Fragment>
            );
          })}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

const CELL = { overflowWrap: "break-word", verticalAlign: "top" } as const;
const FOLDED_ROW = { borderBottom: "none" } as const;

function Folded<Row>({ columns, row }: { columns: readonly Column<Row>[]; row: Row }) {
  return (
    <Group gap="2px 14px" component="dl" m={0}>
      {columns.map((column) => (
        <Group key={column.name} gap={4} fz="xs" wrap="nowrap">
          <Text component="dt" inherit c="dimmed">
            {column.label}
          </Text>
          <Text component="dd" inherit m={0}>
            {column.cell(row)}
          </Text>
        </Group>
      ))}
    </Group>
  );
}

interface HeadingProps<Row> {
  column: Column<Row>;
  order: Order | null;
  onOrder: (order: Order | null) => void;
}

function Heading<Row>({ column, order, onOrder }: HeadingProps<Row>) {
  const isMine = order?.column === column.name;
  const direction = order?.isDown === true ? "descending" : "ascending";
  const Icon = !isMine ? IconArrowsSort : order.isDown ? IconArrowDown : IconArrowUp;
  return (
    <Table.Th
      scope="col"
      w={column.width}
      ta={column.isNumber === true ? "right" : undefined}
      aria-sort={isMine ? direction : undefined}
      style={{ whiteSpace: "nowrap" }}
    >
      {column.sort === undefined ? (
        column.label
      ) : (
        <UnstyledButton
          fz="sm"
          fw={600}
          aria-label={admin.sortBy(column.label)}
          onClick={() => onOrder(nextOrder(order, column.name))}
        >
          {column.label} <Icon size={12} aria-hidden opacity={isMine ? 1 : 0.45} />
        </UnstyledButton>
      )}
    </Table.Th>
  );
}

interface SelectAllProps<Row> {
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  selection: Selection;
}

function SelectAll<Row>({ rows, rowKey, selection }: SelectAllProps<Row>) {
  const chosen = rows.filter((row) => selection.ids.has(rowKey(row))).length;
  return (
    <Table.Th w={36}>
      <Checkbox
        size="xs"
        aria-label={admin.selectAll}
        checked={rows.length > 0 && chosen === rows.length}
        indeterminate={chosen > 0 && chosen < rows.length}
        onChange={() => selection.onChange(chosen === rows.length ? new Set() : new Set(rows.map(rowKey)))}
      />
    </Table.Th>
  );
}

function SelectOne({ id, selection }: { id: string; selection: Selection }) {
  return (
    <Table.Td w={36} style={CELL}>
      <Checkbox
        size="xs"
        mt={2}
        aria-label={admin.selectRow(id)}
        checked={selection.ids.has(id)}
        onChange={() => {
          const next = new Set(selection.ids);
          if (!next.delete(id)) next.add(id);
          selection.onChange(next);
        }}
      />
    </Table.Td>
  );
}
