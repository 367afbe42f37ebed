import { UnstyledButton } from "@mantine/core";
import { memo, useState } from "react";
import type { Verdict } from "@shared/review/decisions.ts";
import { unitOf, type PlacedHunk } from "@shared/review/proposal.ts";
import { CodeText } from "@/components/code-text.tsx";
import { review, TIERS, tierLabel } from "@/strings/review.ts";
import styles from "./diff.module.css";
import { Mark, type Tone } from "./head-rows.tsx";
import type { Placed } from "./line-row.tsx";
import { receiptsOf, Receipts } from "./receipts.tsx";

const TIER_TONES: Readonly<Record<string, Tone>> = { proven: "good", likely: "likely", text: "text" };

interface HunkProps extends Placed {
  placed: PlacedHunk;
  total: number;
  verdict: Verdict | null;
  isCurrent: boolean;
  isFolded: boolean;
  canDecide: boolean;
  showsTier: boolean;
  projectId: string;
  baseCommit: string;
  onDecide: (id: string, verdict: Verdict | null) => void;
  onPoint: (id: string) => void;
}

/** What a hunk is, how certain it is, what it rests on, and the decision about it. */
export const HunkHead = memo(function HunkHead({ index, measure, ...props }: HunkProps) {
  const { placed, total, verdict, isCurrent, isFolded, showsTier } = props;
  const { hunk, file, number } = placed;
  const [showsReceipts, setShowsReceipts] = useState(false);
  const receipts = receiptsOf(hunk);
  const supported = receipts.filter((receipt) => receipt.status === "supported").length;
  const isConflict = !hunk.selectable;
  const reason = hunk.details["why"];
  return (
    <div
      ref={measure}
      data-index={index}
      className={`${styles["hunk"]} ${verdict === null ? "" : styles[verdict]} ${isCurrent ? styles["current"] : ""}`}
      role="group"
      aria-label={review.hunk(number, total)}
      aria-current={isCurrent}
    >
      <span className={styles["hunkNumber"]}>{review.hunk(number, total)}</span>
      {isConflict ? <Mark label={review.conflict} about={review.conflictAbout} tone="careful" /> : showsTier && <Tier tier={hunk.tier} />}
      {hunk.is_deceptive && <Mark label={review.deceptive} about={review.deceptiveAbout} tone="danger" />}
      {file.confirm && <Mark label={review.confirm} about={review.confirmAbout} tone="danger" />}
      {!hunk.is_utf8 && <Mark label={review.notUtf8} about={review.notUtf8About} />}
      {unitOf(hunk) !== null && <Mark label={review.together} about={review.togetherAbout} />}
      {isFolded && <Mark label={review.folded} />}
      <CodeText
        className={styles["hunkLabel"]}
        text={typeof reason === "string" ? reason : hunk.label.replace(/^(?:(?:proven|likely|text|not_code): |undo$)/, "")}
      />
      {receipts.length > 0 && (
        <UnstyledButton fz="xs" td="underline" c={supported === receipts.length ? "dimmed" : "var(--hs-removed)"} aria-expanded={showsReceipts} onClick={() => setShowsReceipts((before) => !before)}>
          {review.receipts(supported, receipts.length)}
        </UnstyledButton>
      )}
      {hunk.selectable && <DecisionButtons {...props} />}
      {showsReceipts && <Receipts receipts={receipts} projectId={props.projectId} commit={props.baseCommit} />}
    </div>
  );
});

function Tier({ tier }: { tier: string }) {
  return <Mark label={tierLabel(tier)} tone={TIER_TONES[tier] ?? "plain"} {...(TIERS[tier] && { about: TIERS[tier].about })} />;
}

function DecisionButtons({ placed, verdict, canDecide, onDecide, onPoint }: Omit<HunkProps, keyof Placed>) {
  const decide = (wanted: Verdict) => {
    onPoint(placed.hunk.id);
    onDecide(placed.hunk.id, verdict === wanted ? null : wanted);
  };
  if (!canDecide) {
    const said = { approve: review.approved, reject: review.rejectedHunk };
    return <Mark label={verdict === null ? review.undecided : said[verdict]} tone={verdict === "approve" ? "good" : "plain"} />;
  }
  return (
    <span className={styles["decide"]}>
      <button
        type="button"
        className={styles["decideButton"]}
        aria-pressed={verdict === "approve"}
        aria-label={`${review.approveHunk} ${placed.number}`}
        onClick={() => decide("approve")}
      >
        {review.approveHunk}
      </button>
      <button
        type="button"
        className={styles["decideButton"]}
        aria-pressed={verdict === "reject"}
        aria-label={`${review.rejectHunk} ${placed.number}`}
        onClick={() => decide("reject")}
      >
        {review.rejectHunk}
      </button>
    </span>
  );
}
