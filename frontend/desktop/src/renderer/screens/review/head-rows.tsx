import { ActionIcon, UnstyledButton } from "@mantine/core";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { STEP, type GapRow } from "@shared/review/context.ts";
import { lineCounts, movedFrom, type FileChange, type Proposal } from "@shared/review/proposal.ts";
import { CodeText } from "@/components/code-text.tsx";
import { RouteLink } from "@/components/link.tsx";
import { visible } from "@shared/text/invisible.ts";
import { review } from "@/strings/review.ts";
import styles from "./diff.module.css";

export function LineCounts({ file }: { file: FileChange }) {
  const { added, removed } = lineCounts(file);
  return (
    <span className={styles["counts"]}>
      <span className={styles["plus"]}>+{added}</span> <span className={styles["minus"]}>−{removed}</span>
    </span>
  );
}

interface FileProps {
  file: FileChange;
  proposal: Proposal;
  isFolded: boolean;
  onToggle: () => void;
}

export function FileHead({ file, proposal, isFolded, onToggle }: FileProps) {
  const other = movedFrom(file, proposal.files);
  const Chevron = isFolded ? IconChevronRight : IconChevronDown;
  return (
    <div className={styles["file"]}>
      <ActionIcon variant="subtle" color="gray" size="sm" onClick={onToggle} aria-expanded={!isFolded} aria-label={review.toggleFile(visible(file.path))}>
        <Chevron size={16} aria-hidden />
      </ActionIcon>
      <span className={styles["path"]}>
        {file.change === "create" ? (
          <CodeText text={file.path} />
        ) : (
          <RouteLink
            to="/projects/$projectId/files"
            params={{ projectId: proposal.project_id }}
            search={{ path: file.path, ref: proposal.base_commit }}
            inherit
            c="inherit"
          >
            <CodeText text={file.path} />
          </RouteLink>
        )}
      </span>
      <LineCounts file={file} />
      {other === null && file.change !== "modify" && <Mark label={review[file.change]} />}
      {other !== null && <Mark label={(file.change === "create" ? review.movedFrom : review.movedTo)(visible(other.path))} />}
      {file.mode === "100755" && <Mark label={review.executable} />}
      {file.confirm && <Mark label={review.confirm} about={review.confirmAbout} tone="danger" />}
    </div>
  );
}

export type Tone = "plain" | "good" | "likely" | "text" | "careful" | "danger";

/** A fact in a word, explained on pointing and to assistive technology. Plain markup: thousands of them scroll by. */
export function Mark({ label, about, tone = "plain" }: { label: string; about?: string; tone?: Tone }) {
  return (
    <span className={styles["fact"]} data-tone={tone} title={about}>
      {label}
      {about !== undefined && <span className={styles["spoken"]}>: {about}</span>}
    </span>
  );
}

export function GapView({ gap, onOpen }: { gap: GapRow; onOpen: (where: "above" | "below" | "all") => void }) {
  const lines = gap.to === null ? null : gap.to - gap.from + 1;
  return (
    <div className={styles["gap"]}>
      <span>{lines === null ? review.restOfFile : review.hidden(lines)}</span>
      {lines === null && <UnstyledButton fz="xs" td="underline" onClick={() => onOpen("above")}>{review.expandRest}</UnstyledButton>}
      {lines !== null && lines > STEP && (
        <>
          <UnstyledButton fz="xs" td="underline" onClick={() => onOpen("above")}>
            {review.expandUp(STEP)}
          </UnstyledButton>
          <UnstyledButton fz="xs" td="underline" onClick={() => onOpen("below")}>
            {review.expandDown(STEP)}
          </UnstyledButton>
        </>
      )}
      {lines !== null && (
        <UnstyledButton fz="xs" td="underline" onClick={() => onOpen("all")}>
          {review.expandAll(lines)}
        </UnstyledButton>
      )}
    </div>
  );
}
