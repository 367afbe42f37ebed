import { List, Text } from "@mantine/core";
import type { Hunk } from "@shared/review/proposal.ts";
import { visible } from "@shared/text/invisible.ts";
import { CodeText } from "@/components/code-text.tsx";
import { RouteLink } from "@/components/link.tsx";
import { review } from "@/strings/review.ts";

export interface Receipt {
  readonly text: string;
  readonly path: string;
  readonly start_line: number | null;
  readonly end_line: number | null;
  readonly quote: string;
  readonly status: string;
  readonly reason: string | null;
}

/** Receipts are written by several producers; what has not the shape of one is left out. */
export function receiptsOf(hunk: Pick<Hunk, "receipts">): readonly Receipt[] {
  return hunk.receipts.filter(
    (one): one is Receipt => typeof one === "object" && one !== null && "text" in one && "path" in one && "status" in one,
  );
}

/** What the statements of a hunk rest on; those that nothing backs come first. */
export function Receipts({ receipts, projectId, commit }: { receipts: readonly Receipt[]; projectId: string; commit: string }) {
  const ordered = receipts.toSorted((one, other) => Number(one.status === "supported") - Number(other.status === "supported"));
  return (
    <List size="sm" mt={6} spacing={4} aria-label={review.receiptsTitle}>
      {ordered.map((receipt, index) => (
        <List.Item key={index}>
          <CodeText text={receipt.text} />{" "}
          {receipt.start_line !== null && receipt.status === "supported" ? (
            <RouteLink
              to="/projects/$projectId/files"
              params={{ projectId }}
              search={{ path: receipt.path, ref: commit, line: String(receipt.start_line), end: String(receipt.end_line ?? receipt.start_line) }}
              aria-label={review.receiptOpen(visible(receipt.path), receipt.start_line)}
              ff="monospace"
              fz="xs"
            >
              <CodeText text={`${receipt.path}:${receipt.start_line}`} />
            </RouteLink>
          ) : (
            <Text span size="xs" ff="monospace">
              <CodeText text={receipt.path} />
            </Text>
          )}{" "}
          <Text span size="xs" c={receipt.status === "supported" ? "dimmed" : "var(--hs-removed)"}>
            {receipt.status === "supported" ? review.receiptFound : review.receiptMissing}
            {receipt.reason !== null && ` (${receipt.reason})`}
          </Text>
        </List.Item>
      ))}
    </List>
  );
}
