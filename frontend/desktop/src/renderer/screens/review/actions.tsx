import { Button, Checkbox, Group, Modal, Progress, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import type { Proposal } from "@shared/review/proposal.ts";
import { Confirm } from "@/components/confirm.tsx";
import { Failure } from "@/components/states.tsx";
import { jobQuery } from "@/data/jobs.ts";
import { usePollInterval } from "@/data/live.ts";
import { common } from "@/strings/common.ts";
import { review } from "@/strings/review.ts";
import { apply, downloadPatch, reject, revert } from "./data.ts";

const CLOSE = { "aria-label": common.close };

interface ActionsProps {
  proposal: Proposal;
  canDecide: boolean;
  canApply: boolean;
}

/** What can be done with a proposal as it stands; whatever changes something asks first. */
export function Actions({ proposal, canDecide, canApply }: ActionsProps) {
  const [open, setOpen] = useState<"reject" | "apply" | "undo" | null>(null);
  const patch = useMutation({ mutationFn: () => downloadPatch(proposal) });
  const close = () => setOpen(null);
  const isUndecided = proposal.status === "open" || proposal.status === "approved";
  return (
    <>
      <Button variant="default" loading={patch.isPending} onClick={() => patch.mutate()}>
        {review.patch}
      </Button>
      {canDecide && isUndecided && (
        <Button variant="default" onClick={() => setOpen("reject")}>
          {review.reject}
        </Button>
      )}
      {canApply && proposal.status === "approved" && <Button onClick={() => setOpen("apply")}>{review.apply}</Button>}
      {canApply && proposal.status === "applied" && (
        <>
          <Button variant="default" onClick={() => setOpen("apply")}>
            {review.pushOnly}
          </Button>
          <Button onClick={() => setOpen("undo")}>{review.undo}</Button>
        </>
      )}
      <RejectDialog proposal={proposal} isOpen={open === "reject"} onClose={close} />
      <ApplyDialog proposal={proposal} isOpen={open === "apply"} onClose={close} />
      <UndoDialog proposal={proposal} isOpen={open === "undo"} onClose={close} />
      {patch.isError && <Failure error={patch.error} />}
    </>
  );
}

interface DialogProps {
  proposal: Proposal;
  isOpen: boolean;
  onClose: () => void;
}

/** What a proposal did makes its list, its record and the repository's state old. */
function useRefresh(proposal: Proposal): () => void {
  const client = useQueryClient();
  return () => {
    for (const word of ["proposals", "activity"]) void client.invalidateQueries({ queryKey: [word, proposal.project_id] });
  };
}

function RejectDialog({ proposal, isOpen, onClose }: DialogProps) {
  const [reason, setReason] = useState("");
  const refresh = useRefresh(proposal);
  const rejecting = useMutation({
    mutationFn: () => reject(proposal.id, reason),
    onSuccess: onClose,
    onSettled: refresh,
  });
  return (
    <Confirm
      isOpen={isOpen}
      title={review.rejectTitle}
      text={review.rejectText}
      action={review.reject}
      isBad
      isBusy={rejecting.isPending}
      error={rejecting.error}
      onConfirm={() => rejecting.mutate()}
      onClose={onClose}
    >
      <Textarea
        label={`${review.reason} (${common.optional})`}
        description={review.reasonHint}
        maxLength={2000}
        autosize
        minRows={2}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </Confirm>
  );
}

function ApplyDialog({ proposal, isOpen, onClose }: DialogProps) {
  const isApplied = proposal.status === "applied";
  const [isPushed, setIsPushed] = useState(isApplied);
  const [branch, setBranch] = useState("");
  const refresh = useRefresh(proposal);
  const usual = `hivesync/${proposal.id.replaceAll("-", "").slice(-12)}`;
  const applying = useMutation({
    mutationFn: () => apply(proposal.id, isPushed && (branch.trim() || true)),
    onSuccess: onClose,
    onSettled: refresh,
  });
  return (
    <Modal opened={isOpen} onClose={onClose} title={isApplied ? review.pushOnly : review.applyTitle} closeButtonProps={CLOSE}>
      <Stack>
        {!isApplied && (
          <Text style={{ overflowWrap: "anywhere" }}>
            {review.applyText(`refs/hivesync/changes/${proposal.id}`)} {review.applyUndo}
          </Text>
        )}
        {!isApplied && <Checkbox label={review.push} checked={isPushed} onChange={(event) => setIsPushed(event.currentTarget.checked)} />}
        {(isPushed || isApplied) && (
          <TextInput label={review.branch} description={review.branchHint(usual)} value={branch} onChange={(event) => setBranch(event.currentTarget.value)} />
        )}
        {applying.isError && <Failure error={applying.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {common.cancel}
          </Button>
          <Button loading={applying.isPending} onClick={() => applying.mutate()} data-autofocus>
            {isApplied ? review.pushOnly : review.apply}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function UndoDialog({ proposal, isOpen, onClose }: DialogProps) {
  const navigate = useNavigate();
  const refresh = useRefresh(proposal);
  const undoing = useMutation({
    mutationFn: () => revert(proposal.id),
    onSuccess: async (undo) => {
      onClose();
      await navigate({ to: "/projects/$projectId/reviews/$proposalId", params: { projectId: undo.project_id, proposalId: undo.id } });
    },
    onSettled: refresh,
  });
  return (
    <Confirm
      isOpen={isOpen}
      title={review.undoTitle}
      text={review.undoText}
      action={review.undo}
      isBusy={undoing.isPending}
      error={undoing.error}
      onConfirm={() => undoing.mutate()}
      onClose={onClose}
    />
  );
}

/** How far the job is that applies a proposal; when it ends, the proposal is read again. */
export function Applying({ proposal }: { proposal: Proposal }) {
  const jobId = proposal.apply_job_id ?? "";
  const isWaiting = proposal.apply_job_id !== null && proposal.status === "approved";
  const interval = usePollInterval(true);
  const refresh = useRefresh(proposal);
  const job = useQuery({ ...jobQuery(jobId), enabled: isWaiting, refetchInterval: (query) => (query.state.data?.finished_at == null ? interval : false) });
  const isOver = job.data?.finished_at != null;
  useEffect(() => {
    if (isOver && isWaiting) refresh();
    // The moment it ends is what matters; `refresh` is new every time.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [isOver, isWaiting]);
  if (!isWaiting || job.data === undefined) return null;
  return (
    <Stack gap={4} role="status">
      <Text size="sm">
        {review.applying}: {job.data.why}
      </Text>
      {!isOver && <Progress value={Math.max(job.data.progress * 100, 5)} animated aria-label={review.applying} />}
    </Stack>
  );
}
