import { Alert, Button, Group, Kbd, Modal, SegmentedControl, Stack, Table, Tabs, Text, Tooltip, VisuallyHidden } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { lazy, Suspense, useCallback, useEffect, useMemo, useState } from "react";
import { ApiError } from "@shared/api/errors.ts";
import { approval, decideOne, neighbour, nextUndecided, type Verdict } from "@shared/review/decisions.ts";
import { placedHunks, tiersOf, type PlacedHunk, type Proposal } from "@shared/review/proposal.ts";
import type { View } from "@shared/review/rows.ts";
import { visible } from "@shared/text/invisible.ts";
import { Answer } from "@/components/answer.tsx";
import { CodeText } from "@/components/code-text.tsx";
import { Hash } from "@/components/hash.tsx";
import { Page } from "@/components/page.tsx";
import { Empty, Loading } from "@/components/states.tsx";
import { StatusBadge } from "@/components/status-badge.tsx";
import { Time } from "@/components/time.tsx";
import { usePollInterval } from "@/data/live.ts";
import { useNames } from "@/data/members.ts";
import { may } from "@/data/permissions.ts";
import { projectQuery } from "@/data/projects.ts";
import { proposalQuery } from "@/data/proposals.ts";
import { common } from "@/strings/common.ts";
import { keys, kindLabel, review, reviews, tierLabel } from "@/strings/review.ts";
import { Actions, Applying } from "./actions.tsx";
import { approve } from "./data.ts";
import { DecideBar, SubmitDialog } from "./decide-bar.tsx";
import { useDecisions } from "./decided.ts";
import styles from "./diff.module.css";
import { FileList } from "./file-list.tsx";
import { useFileStates } from "./file-states.ts";
import { useKeys, type Action } from "./keyboard.ts";
import { DecisionLog, Notes, Stale, Undoes, UndoSplit, Why } from "./panels.tsx";

const CLOSE = { "aria-label": common.close };

const Diff = lazy(async () => ({ default: (await import("./diff.tsx")).Diff }));

const route = getRouteApi("/shell/projects/$projectId/reviews/$proposalId");

/** One proposal: what it changes, on what grounds, and the decision about it. */
export function Review() {
  const { projectId, proposalId } = route.useParams();
  const interval = usePollInterval(true);
  const proposal = useQuery({
    ...proposalQuery(projectId, proposalId),
    refetchInterval: (query) => (query.state.data?.apply_job_id != null && query.state.data.status === "approved" ? interval : false),
  });
  return (
    <Answer query={proposal} loading={<Loading lines={10} />}>
      {(data) => <Reviewed key={data.id} proposal={data} />}
    </Answer>
  );
}

function Reviewed({ proposal }: { proposal: Proposal }) {
  const project = useQuery(projectQuery(proposal.project_id));
  const nameOf = useNames(proposal.project_id);
  const role = project.data?.role ?? null;
  const canApply = may(role, "apply");
  const canDecide = may(role, "approve");
  const hunks = useMemo(() => placedHunks(proposal.files), [proposal.files]);
  const about = (
    <Group gap="xs">
      <StatusBadge status={proposal.status} />
      <span>{kindLabel(proposal.kind)}</span>
      <span>
        {review.base} <CodeText text={proposal.base_ref.replace("refs/heads/", "")} /> <Hash value={proposal.base_commit} />
      </span>
      <CodeText text={nameOf(proposal.created_by, reviews.system)} />
      <Time at={proposal.created_at} />
      <Tooltip label={review.digestAbout} multiline maw={360} withArrow events={{ hover: true, focus: true, touch: true }}>
        <span>
          {review.digest} <Hash value={proposal.digest} length={12} />
        </span>
      </Tooltip>
    </Group>
  );
  return (
    <Page title={visible(proposal.title)} about={about} isWide actions={<Actions proposal={proposal} canDecide={canDecide} canApply={canApply} />}>
      <Stack gap="sm">
        <Text size="sm">
          <CodeText text={proposal.summary} />
        </Text>
        <State proposal={proposal} />
        {proposal.kind === "undo" && <UndoSplit proposal={proposal} hunks={hunks} />}
        <Tabs defaultValue="changes" keepMounted={false}>
          <Tabs.List mb="sm">
            <Tabs.Tab value="changes">{review.changes}</Tabs.Tab>
            <Tabs.Tab value="notes">{review.notes(proposal.notes.length)}</Tabs.Tab>
            <Tabs.Tab value="decisions">{review.decisions(proposal.decisions.length)}</Tabs.Tab>
            <Tabs.Tab value="why">{review.why}</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="changes">
            <Changes proposal={proposal} hunks={hunks} canDecide={canDecide} />
          </Tabs.Panel>
          <Tabs.Panel value="notes">
            <Notes proposal={proposal} />
          </Tabs.Panel>
          <Tabs.Panel value="decisions">
            <DecisionLog proposal={proposal} />
          </Tabs.Panel>
          <Tabs.Panel value="why">
            <Why proposal={proposal} />
          </Tabs.Panel>
        </Tabs>
      </Stack>
    </Page>
  );
}

/** What became of it so far, in words. */
function State({ proposal }: { proposal: Proposal }) {
  const { status, applied } = proposal;
  return (
    <>
      <Undoes proposal={proposal} />
      <Applying proposal={proposal} />
      {proposal.stale !== null && <Stale details={proposal.stale} />}
      {status === "approved" && proposal.apply_job_id === null && <Text size="sm">{review.approvedText}</Text>}
      {status === "rejected" && <Text size="sm">{review.rejectedText}</Text>}
      {applied !== null && (
        <Alert color="green" variant="light" styles={{ title: { color: "var(--mantine-color-text)" } }} title={status === "reverted" ? review.revertedText : review.appliedText}>
          <Group gap="md">
            <span>
              {review.commit} <Hash value={applied.commit} length={12} />
            </span>
            <span style={{ overflowWrap: "anywhere" }}>
              {review.ref} <code>{applied.ref}</code>
            </span>
            {applied.pushed_branch !== null && (
              <span>
                {review.pushed} <CodeText text={applied.pushed_branch} />
              </span>
            )}
            <Time at={applied.applied_at} />
          </Group>
        </Alert>
      )}
    </>
  );
}

interface ChangesProps {
  proposal: Proposal;
  hunks: readonly PlacedHunk[];
  canDecide: boolean;
}

function Changes({ proposal, hunks, canDecide }: ChangesProps) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const view: View = search.view === "split" ? "split" : "unified";
  const tiers = useMemo(() => tiersOf(hunks), [hunks]);
  const tier = tiers.find((each) => each === search.tier) ?? null;
  const isOpen = canDecide && (proposal.status === "open" || (proposal.status === "approved" && proposal.apply_job_id === null));
  const { decisions, change, forget } = useDecisions(proposal, hunks);
  const [dialog, setDialog] = useState<"submit" | "help" | null>(null);
  const states = useFileStates(proposal);
  const shown = useMemo(() => (tier === null ? hunks : hunks.filter(({ hunk }) => hunk.tier === tier)), [hunks, tier]);
  const say = useCallback((words: Words) => void navigate({ search: (before) => ({ ...before, ...words }), replace: true, resetScroll: false }), [navigate]);
  const { pointed, go, point } = usePointed(search.hunk, say);
  const current = hunks.find(({ hunk }) => hunk.id === pointed.id) ?? null;
  const decide = useCallback((id: string, verdict: Verdict | null) => change((before) => decideOne(before, hunks, id, verdict)), [change, hunks]);
  const askToSubmit = useCallback(() => setDialog("submit"), []);
  const close = () => setDialog(null);
  const submitting = useSubmit(
    proposal,
    () => {
      close();
      forget();
    },
    close,
  );
  const decideAndGo = (verdict: Verdict) => {
    if (!isOpen || current === null) return;
    decide(current.hunk.id, verdict);
    go(neighbour(shown, current.hunk.id, 1));
  };
  const act: Readonly<Record<Action, () => void>> = {
    next: () => go(neighbour(shown, pointed.id, 1)),
    previous: () => go(neighbour(shown, pointed.id, -1)),
    next_undecided: () => go(nextUndecided(decisions, shown, pointed.id ?? "")),
    approve: () => decideAndGo("approve"),
    reject: () => decideAndGo("reject"),
    clear: () => isOpen && current !== null && decide(current.hunk.id, null),
    unified: () => say({ view: undefined }),
    split: () => say({ view: "split" }),
    fold: () => current !== null && states.toggle(current.file.path),
    submit: () => isOpen && setDialog("submit"),
    help: () => setDialog("help"),
  };
  useKeys(dialog === null, (action) => act[action]());
  if (proposal.files.length === 0) return <Empty title={review.noFiles} />;
  const submitLabel = proposal.status === "approved" ? review.changeApproval : review.submit;
  const verdict = current === null ? null : (decisions.get(current.hunk.id) ?? null);
  return (
    <Stack gap="sm">
      <Group gap="sm" justify="space-between">
        <ViewBar view={view} tier={tier} tiers={tiers} onSay={say} onHelp={() => setDialog("help")} />
        {isOpen && <DecideBar hunks={hunks} decisions={decisions} change={change} onSubmit={askToSubmit} submitLabel={submitLabel} />}
      </Group>
      {proposal.stale === null && isStale(submitting.error) && <Stale details={submitting.error.details} />}
      <div className={styles["grid"]}>
        <FileList proposal={proposal} hunks={hunks} decisions={decisions} current={current?.fileIndex ?? null} onGo={go} />
        <Suspense fallback={<div className={styles["frame"]}><Loading lines={12} /></div>}>
          <Diff proposal={proposal} hunks={hunks} view={view} tier={tier} states={states} decisions={decisions} pointed={pointed} canDecide={isOpen} onDecide={decide} onPoint={point} />
        </Suspense>
      </div>
      <VisuallyHidden aria-live="polite">
        {current !== null && review.announce(current.number, hunks.length, visible(current.file.path), current.hunk.old_start, said(verdict))}
      </VisuallyHidden>
      <SubmitDialog
        isOpen={dialog === "submit"}
        onClose={close}
        onConfirm={() => submitting.mutate(approval(proposal.digest, decisions, hunks))}
        isPending={submitting.isPending}
        error={submitting.error}
        hunks={hunks}
        decisions={decisions}
        digest={proposal.digest}
      />
      <KeysHelp isOpen={dialog === "help"} onClose={close} />
    </Stack>
  );
}

type Words = Record<string, string | undefined>;

/** The hunk that the keys act on, kept in the address. */
function usePointed(asked: string | undefined, say: (words: Words) => void) {
  const [pointed, setPointed] = useState({ id: asked ?? null, at: asked === undefined ? 0 : 1 });
  const go = useCallback((to: PlacedHunk | null) => {
    if (to !== null) setPointed((before) => ({ id: to.hunk.id, at: before.at + 1 }));
  }, []);
  const point = useCallback((id: string) => setPointed((before) => ({ ...before, id })), []);
  // The address follows a moment later, so that holding a key down does not write it a hundred times.
  useEffect(() => {
    if (pointed.id === null || pointed.id === asked) return undefined;
    const timer = setTimeout(() => say({ hunk: pointed.id ?? undefined }), 400);
    return () => clearTimeout(timer);
  }, [pointed.id, asked, say]);
  return { pointed, go, point };
}

interface ViewBarProps {
  view: View;
  tier: string | null;
  tiers: readonly string[];
  onSay: (words: Words) => void;
  onHelp: () => void;
}

/** What of the changes is looked at, and how. */
function ViewBar({ view, tier, tiers, onSay, onHelp }: ViewBarProps) {
  return (
    <Group gap="xs">
      <SegmentedControl
        size="xs"
        aria-label={review.view}
        value={view}
        onChange={(value) => onSay({ view: value === "split" ? "split" : undefined })}
        data={[
          { value: "unified", label: review.unified },
          { value: "split", label: review.split },
        ]}
      />
      {tiers.length > 1 && (
        <SegmentedControl
          size="xs"
          aria-label={review.tier}
          value={tier ?? "all"}
          onChange={(value) => onSay({ tier: value === "all" ? undefined : value })}
          data={[{ value: "all", label: review.everyTier }, ...tiers.map((value) => ({ value, label: tierLabel(value) }))]}
        />
      )}
      <Button size="compact-sm" variant="default" onClick={onHelp} leftSection={<Kbd size="xs">?</Kbd>}>
        {review.help}
      </Button>
    </Group>
  );
}

const said = (verdict: Verdict | null) => (verdict === null ? review.undecided : { approve: review.approved, reject: review.rejectedHunk }[verdict]);

const isStale = (error: unknown): error is ApiError => error instanceof ApiError && error.code === "APPROVAL_STALE";

function useSubmit(proposal: Proposal, onDone: () => void, onStale: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: ReturnType<typeof approval>) => approve(proposal.id, body),
    onSuccess: (answered) => {
      onDone();
      client.setQueryData(proposalQuery(proposal.project_id, proposal.id).queryKey, answered);
    },
    // What moved is told on the screen itself; there is nothing more to submit.
    onError: (error) => {
      if (isStale(error)) onStale();
    },
    onSettled: () => client.invalidateQueries({ queryKey: ["proposals", proposal.project_id] }),
  });
}

function KeysHelp({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  return (
    <Modal opened={isOpen} onClose={onClose} title={keys.title} closeButtonProps={CLOSE}>
      <Table aria-label={keys.title}>
        <Table.Tbody>
          {keys.list.map(([key, meaning]) => (
            <Table.Tr key={key}>
              <Table.Th scope="row" w={80}>
                <Kbd>{key}</Kbd>
              </Table.Th>
              <Table.Td>{meaning}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
