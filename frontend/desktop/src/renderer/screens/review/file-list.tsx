import { Text, UnstyledButton } from "@mantine/core";
import { memo, useMemo } from "react";
import type { Decisions } from "@shared/review/decisions.ts";
import { tally } from "@shared/review/decisions.ts";
import type { PlacedHunk, Proposal } from "@shared/review/proposal.ts";
import { CodeText } from "@/components/code-text.tsx";
import { review, tierLabel } from "@/strings/review.ts";
import styles from "./diff.module.css";
import { LineCounts } from "./head-rows.tsx";

interface FileListProps {
  proposal: Proposal;
  hunks: readonly PlacedHunk[];
  decisions: Decisions;
  current: number | null;
  onGo: (hunk: PlacedHunk) => void;
}

/** The files that change: how much, how certain, and how far the reviewer is. */
export const FileList = memo(function FileList({ proposal, hunks, decisions, current, onGo }: FileListProps) {
  const byFile = useMemo(() => {
    const found = proposal.files.map((): PlacedHunk[] => []);
    for (const hunk of hunks) found[hunk.fileIndex]?.push(hunk);
    return found;
  }, [proposal.files, hunks]);
  // Only a refactor says how certain it is; elsewhere every hunk has the same word.
  const hasTiers = proposal.kind === "rename" || proposal.kind === "replace";
  return (
    <nav className={styles["side"]} aria-label={review.files}>
      {proposal.files.map((file, index) => {
        const own = byFile[index] ?? [];
        const sums = tally(decisions, own);
        const tiers = [...new Set(own.map(({ hunk }) => (hunk.selectable ? hunk.tier : "conflict")))].filter((tier) => hasTiers || tier === "conflict");
        const [first] = own;
        return (
          <UnstyledButton
            key={file.path}
            className={styles["entry"] ?? ""}
            aria-current={current === index}
            onClick={() => first !== undefined && onGo(first)}
          >
            <CodeText text={file.path} /> <LineCounts file={file} />
            <Text size="xs" c="dimmed">
              {[...tiers.map(tierLabel), review.tally(sums.approved, sums.total)].join(" · ")}
            </Text>
          </UnstyledButton>
        );
      })}
    </nav>
  );
});
