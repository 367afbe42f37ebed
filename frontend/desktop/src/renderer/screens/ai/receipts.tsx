import { Badge, Group, Stack, Text, Tooltip } from "@mantine/core";
import type { Receipt } from "@shared/ai/results.ts";
import { CodeText } from "@/components/code-text.tsx";
import { InlineCode } from "@/components/inline-code.tsx";
import { RouteLink } from "@/components/link.tsx";
import { aiResult } from "@/strings/ai-result.ts";
import styles from "./receipts.module.css";

interface ReceiptsProps {
  projectId: string;
  /** The commit that was read: there the cited lines stand as they were. */
  commit: string;
  receipts: readonly Receipt[];
}

/** What a text rests on: each claim with the lines it cites, or plainly without support. */
export function Receipts({ projectId, commit, receipts }: ReceiptsProps) {
  if (receipts.length === 0) return null;
  return (
    <ul className={styles["receipts"]} aria-label={aiResult.receipts}>
      {receipts.map((receipt, index) => (
        <li key={index} className={receipt.isSupported ? styles["supported"] : styles["unsupported"]}>
          {receipt.isSupported && receipt.startLine !== null && receipt.endLine !== null ? (
            <Supported projectId={projectId} commit={commit} receipt={receipt} lines={[receipt.startLine, receipt.endLine]} />
          ) : (
            <Unsupported receipt={receipt} />
          )}
        </li>
      ))}
    </ul>
  );
}

function Supported({ projectId, commit, receipt, lines }: Omit<ReceiptsProps, "receipts"> & { receipt: Receipt; lines: readonly [number, number] }) {
  const [start, end] = lines;
  return (
    <Stack gap={4}>
      <Text size="sm">
        <InlineCode text={receipt.text} />
      </Text>
      <pre className={styles["quote"]} aria-label={aiResult.quote}>
        <CodeText text={receipt.quote} />
      </pre>
      <RouteLink
        to="/projects/$projectId/files"
        params={{ projectId }}
        search={{ path: receipt.path, ref: commit, line: String(start), end: String(end) }}
        size="sm"
        aria-label={aiResult.openLines(receipt.path, start, end)}
      >
        <CodeText text={receipt.path} />, {aiResult.lines(start, end)}
      </RouteLink>
    </Stack>
  );
}

function Unsupported({ receipt }: { receipt: Receipt }) {
  return (
    <Stack gap={4}>
      <Group gap="xs" align="baseline">
        <Tooltip label={aiResult.unsupportedHint} withArrow multiline w={260}>
          <Badge color="orange" variant="dot" tt="none" tabIndex={0}>
            {aiResult.unsupportedMark}
          </Badge>
        </Tooltip>
        <Text size="sm" flex={1}>
          <InlineCode text={receipt.text} />
        </Text>
      </Group>
      <Text size="sm" c="dimmed">
        {receipt.reason}
      </Text>
      {receipt.quote !== "" && (
        <pre className={styles["quote"]} aria-label={aiResult.quote}>
          <CodeText text={receipt.quote} />
        </pre>
      )}
    </Stack>
  );
}
