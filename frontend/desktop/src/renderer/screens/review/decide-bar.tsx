import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { memo } from "react";
import { decideMany, tornApart, tally, type Decisions } from "@shared/review/decisions.ts";
import { needsCare, tiersOf, type PlacedHunk } from "@shared/review/proposal.ts";
import { Failure } from "@/components/states.tsx";
import { common } from "@/strings/common.ts";
import { review, tierLabel } from "@/strings/review.ts";

const CLOSE = { "aria-label": common.close };

interface DecideBarProps {
  hunks: readonly PlacedHunk[];
  decisions: Decisions;
  change: (next: (before: Decisions) => Decisions) => void;
  onSubmit: () => void;
  submitLabel: string;
}

/** Decide many hunks at once, see how far one is, submit. */
export const DecideBar = memo(function DecideBar({ hunks, decisions, change, onSubmit, submitLabel }: DecideBarProps) {
  const sums = tally(decisions, hunks);
  const tiers = tiersOf(hunks);
  const all = new Set(hunks.map(({ hunk }) => hunk.id));
  const ofTier = (tier: string) => new Set(hunks.filter(({ hunk }) => hunk.tier === tier).map(({ hunk }) => hunk.id));
  return (
    <Group gap="xs" role="group" aria-label={review.decideMany}>
      {tiers.length > 1 &&
        tiers.map((tier) => (
          <Button.Group key={tier}>
            <Button size="compact-sm" variant="default" onClick={() => change((before) => decideMany(before, hunks, ofTier(tier), "approve"))}>
              {review.approveTier(tierLabel(tier))} ({ofTier(tier).size.toLocaleString("en")})
            </Button>
            <Button size="compact-sm" variant="default" onClick={() => change((before) => decideMany(before, hunks, ofTier(tier), "reject"))} aria-label={review.rejectTier(tierLabel(tier))}>
              ✕
            </Button>
          </Button.Group>
        ))}
      <Button size="compact-sm" variant="default" onClick={() => change((before) => decideMany(before, hunks, all, "approve"))}>
        {review.approveAll}
      </Button>
      <Text size="sm" aria-live="polite">
        <b>{review.tally(sums.approved, sums.total)}</b> · {review.rest(sums.rejected, sums.undecided)}
      </Text>
      <Button size="compact-sm" disabled={sums.approved === 0} onClick={onSubmit}>
        {submitLabel}
      </Button>
    </Group>
  );
});

interface SubmitProps {
  isOpen: boolean;
  onClose: () => void;
  onConfirm: () => void;
  isPending: boolean;
  error: Error | null;
  hunks: readonly PlacedHunk[];
  decisions: Decisions;
  digest: string;
}

/** The last look before an approval is bound to bytes. */
export function SubmitDialog({ isOpen, onClose, onConfirm, isPending, error, hunks, decisions, digest }: SubmitProps) {
  const sums = tally(decisions, hunks);
  const torn = tornApart(decisions, hunks);
  const careful = hunks.filter((each) => each.hunk.selectable && needsCare(each) && !decisions.has(each.hunk.id)).length;
  return (
    <Modal opened={isOpen} onClose={onClose} title={review.submitTitle} closeButtonProps={CLOSE}>
      <Stack>
        <Text>{review.submitText(sums.approved, sums.total)}</Text>
        {sums.undecided > 0 && <Text>{review.undecidedText(sums.undecided)}</Text>}
        {careful > 0 && <Text>{review.carefulText(careful)}</Text>}
        {torn.length > 0 && <Text c="var(--hs-removed)">{review.torn(torn.map(({ number }) => number).join(", "))}</Text>}
        {sums.approved === 0 && <Text>{review.nothingChosen}</Text>}
        <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
          {review.digest} <code>{digest}</code>
        </Text>
        {error !== null && <Failure error={error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {common.cancel}
          </Button>
          <Button onClick={onConfirm} loading={isPending} disabled={torn.length > 0 || sums.approved === 0} data-autofocus>
            {review.submit}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
