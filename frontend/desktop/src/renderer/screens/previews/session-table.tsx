import { Button, Checkbox, Group, Stack, Table, Text } from "@mantine/core";
import { toast } from "@/components/toast.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { ListedSessionOut, ProjectOut } from "@shared/api/schema.ts";
import { unwrap } from "@shared/api/client.ts";
import { visible } from "@shared/text/invisible.ts";
import { Confirm } from "@/components/confirm.tsx";
import { RouteLink } from "@/components/link.tsx";
import { useNow } from "@/components/now.ts";
import { Failure } from "@/components/states.tsx";
import { StatusBadge } from "@/components/status-badge.tsx";
import { Time } from "@/components/time.tsx";
import { TableHead } from "@/components/table-head.tsx";
import { api } from "@/data/environment.ts";
import { previews as words } from "@/strings/previews.ts";

interface SessionTableProps {
  project: ProjectOut;
  items: readonly ListedSessionOut[];
  onCompare: (left: string, right: string) => void;
}

const COMMIT = /^[0-9a-f]{40}$/;

/** What a session is called: its ref, and the end of its id to tell two of one ref apart. */
export function sessionName({ git_ref: ref, id }: Pick<ListedSessionOut, "git_ref" | "id">): string {
  const name = ref !== null && COMMIT.test(ref) ? ref.slice(0, 10) : ref;
  return words.name(name === null ? null : visible(name), id.slice(-6));
}

/** A session's state as people see it: a token that ran out before anything looked at the row has expired. */
export function sessionState({ status, expires_at: until }: Pick<ListedSessionOut, "status" | "expires_at">, now: Date): string {
  return status === "live" && new Date(until) <= now ? "expired" : status;
}

/** Sessions with the state of their code and of their bundle, and what can be done with them. */
export function SessionTable({ project, items, onCompare }: SessionTableProps) {
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [ending, setEnding] = useState<ListedSessionOut | null>(null);
  const choose = (jobId: string, isChosen: boolean) =>
    setChosen((before) => (isChosen ? [...before, jobId].slice(-2) : before.filter((each) => each !== jobId)));
  // The one further down is the older one: it is on the left.
  const ordered = items.map(({ job_id: jobId }) => jobId).filter((jobId) => jobId !== null && chosen.includes(jobId));
  const [right, left] = ordered;
  return (
    <Stack gap="xs">
      <Group justify="flex-end" gap="sm">
        <Text size="sm" c="dimmed" aria-live="polite">
          {words.compareHint(chosen.length)}
        </Text>
        <Button variant="default" size="xs" disabled={left == null || right == null} onClick={() => left != null && right != null && onCompare(left, right)}>
          {words.compare}
        </Button>
      </Group>
      <Table.ScrollContainer minWidth={860}>
        <Table verticalSpacing="xs" captionSide="top">
          <Table.Caption ta="left">{words.caption}</Table.Caption>
          <TableHead columns={Object.values(words.columns)} />
          <Table.Tbody>
            {items.map((each) => (
              <SessionRow
                key={each.id}
                projectId={project.id}
                session={each}
                isChosen={each.job_id !== null && chosen.includes(each.job_id)}
                onChoose={choose}
                onRevoke={() => setEnding(each)}
              />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {ending !== null && <RevokeDialog projectId={project.id} session={ending} onClose={() => setEnding(null)} />}
    </Stack>
  );
}

interface SessionRowProps {
  projectId: string;
  session: ListedSessionOut;
  isChosen: boolean;
  onChoose: (jobId: string, isChosen: boolean) => void;
  onRevoke: () => void;
}

function SessionRow({ projectId, session, isChosen, onChoose, onRevoke }: SessionRowProps) {
  const { job_id: jobId } = session;
  const name = sessionName(session);
  const state = sessionState(session, useNow(15_000));
  const bundle = session.bundle_status ?? session.preview_status;
  const isRestorable = session.status !== "revoked" && (bundle === "expired" || bundle === "soft_deleted");
  return (
    <Table.Tr>
      <Table.Td>
        <Checkbox
          aria-label={words.pick(name)}
          disabled={session.bundle_status === null}
          checked={isChosen}
          onChange={(event) => jobId !== null && onChoose(jobId, event.currentTarget.checked)}
        />
      </Table.Td>
      <Table.Th scope="row" fw={500} style={{ overflowWrap: "anywhere" }}>
        {jobId === null ? (
          name
        ) : (
          <RouteLink to="/projects/$projectId/previews/$jobId" params={{ projectId, jobId }} inherit>
            {name}
          </RouteLink>
        )}
      </Table.Th>
      <Table.Td>{words.platforms[session.platform] ?? session.platform}</Table.Td>
      <Table.Td style={{ whiteSpace: "nowrap" }}>{words.sourceNames[session.source] ?? session.source}</Table.Td>
      <Table.Td>
        <StatusBadge status={state} label={words.states[state] ?? state} />
      </Table.Td>
      <Table.Td miw={90}>{bundle === null ? <Text size="sm">{words.notBuilt}</Text> : <StatusBadge status={bundle} label={words.states[bundle] ?? bundle} />}</Table.Td>
      <Table.Td style={{ whiteSpace: "nowrap" }}>
        <Time at={session.created_at} />
      </Table.Td>
      <Table.Td>
        <Group gap="xs" wrap="nowrap">
          {isRestorable && <RestoreButton projectId={projectId} sessionId={session.id} name={name} />}
          {session.status !== "revoked" && (
            <Button size="compact-sm" variant="subtle" color="red" aria-label={words.revokeOf(name)} onClick={onRevoke}>
              {words.revoke}
            </Button>
          )}
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}

/** Bring a session's expired or deleted bundle back. */
export function RestoreButton({ projectId, sessionId, name }: { projectId: string; sessionId: string; name: string }) {
  const client = useQueryClient();
  const restoring = useMutation({
    mutationFn: () => unwrap(api.POST("/api/v1/preview/sessions/{session_id}/restore", { params: { path: { session_id: sessionId } } })),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["previews", projectId] });
      toast(words.restored);
    },
  });
  return (
    <Stack gap={4}>
      <Button size="compact-sm" variant="default" aria-label={words.restoreOf(name)} loading={restoring.isPending} onClick={() => restoring.mutate()}>
        {words.restore}
      </Button>
      {restoring.isError && <Failure error={restoring.error} />}
    </Stack>
  );
}

function RevokeDialog({ projectId, session, onClose }: { projectId: string; session: ListedSessionOut; onClose: () => void }) {
  const client = useQueryClient();
  const ending = useMutation({
    mutationFn: () => unwrap(api.POST("/api/v1/preview/sessions/{session_id}/revoke", { params: { path: { session_id: session.id } } })),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["previews", projectId] });
      onClose();
    },
  });
  return (
    <Confirm
      title={words.revokeTitle}
      text={words.revokeText}
      action={words.revoke}
      isBad
      isBusy={ending.isPending}
      error={ending.error}
      onConfirm={() => ending.mutate()}
      onClose={onClose}
    />
  );
}
