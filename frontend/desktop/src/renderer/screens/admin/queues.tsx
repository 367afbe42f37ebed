import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { unwrap } from "@shared/api/client.ts";
import { Answer } from "@/components/answer.tsx";
import { RouteLink } from "@/components/link.tsx";
import { Page } from "@/components/page.tsx";
import { Failure } from "@/components/states.tsx";
import { StatusBadge } from "@/components/status-badge.tsx";
import { duration, Time } from "@/components/time.tsx";
import { api } from "@/data/environment.ts";
import { admin } from "@/strings/admin.ts";
import { queues as words } from "@/strings/admin-state.ts";
import { common } from "@/strings/common.ts";
import { queuesQuery, type QueueState } from "./data.ts";
import { RefreshControl, useRefresh } from "./parts/refresh.tsx";
import { DataTable, type Column } from "./parts/table.tsx";

/** What waits, how long, how much comes and goes; pausing a queue and letting it go on. */
export function Queues() {
  const query = useQuery({ ...queuesQuery(), refetchInterval: useRefresh() });
  const [asked, setAsked] = useState<QueueState | null>(null);
  return (
    <Page title={words.title} about={words.about} actions={<RefreshControl />} isWide>
      <Answer query={query}>
        {({ items }) => (
          <DataTable caption={words.caption} columns={columns(setAsked)} rows={items} rowKey={(queue) => queue.name} />
        )}
      </Answer>
      <Modal
        opened={asked !== null}
        onClose={() => setAsked(null)}
        title={asked?.is_paused === true ? words.resumeTitle(asked.name) : words.pauseTitle(asked?.name ?? "")}
        closeButtonProps={{ "aria-label": common.close }}
      >
        {asked !== null && <Change queue={asked} onDone={() => setAsked(null)} />}
      </Modal>
    </Page>
  );
}

function columns(ask: (queue: QueueState) => void): readonly Column<QueueState>[] {
  return [
    {
      name: "name",
      label: words.name,
      cell: (queue) => (
        <RouteLink to="/admin/jobs" search={{ queue: queue.name }} size="sm" aria-label={words.jobsOf(queue.name)}>
          {queue.name}
        </RouteLink>
      ),
      sort: (queue) => queue.name,
    },
    { name: "state", label: words.state, cell: (queue) => <State queue={queue} />, sort: (queue) => queue.is_paused },
    number("waiting", words.waiting, (queue) => queue.waiting, (queue) => (
      <Drill queue={queue} status="queued" count={queue.waiting} />
    )),
    {
      ...number("oldest", words.oldest, (queue) => queue.oldest_seconds, (queue) =>
        queue.waiting > 0 ? duration(queue.oldest_seconds) : "–",
      ),
      priority: 2,
    },
    number("running", words.running, (queue) => queue.running, (queue) => (
      <Drill queue={queue} status="running" count={queue.running} />
    )),
    {
      ...number("workers", words.workers, (queue) => queue.workers, (queue) => (
        <RouteLink to="/admin/workers" search={{ queue: queue.name, status: "alive" }} size="sm">
          {queue.workers}
        </RouteLink>
      )),
      priority: 2,
    },
    { ...number("arrivals", words.arrivals, (queue) => queue.arrivals_per_minute, (queue) => admin.perMinute(queue.arrivals_per_minute)), priority: 3 },
    { ...number("finished", words.finished, (queue) => queue.finished_per_minute, (queue) => admin.perMinute(queue.finished_per_minute)), priority: 3 },
    {
      ...number("failure_rate", words.failureRate, (queue) => queue.failure_rate, (queue) => admin.share(queue.failure_rate)),
      priority: 2,
    },
    number("dead", words.dead, (queue) => queue.exhausted, (queue) => (
      <RouteLink to="/admin/jobs" search={{ queue: queue.name, status: "failed", exhausted: "true" }} size="sm">
        {queue.exhausted.toLocaleString("en")}
      </RouteLink>
    )),
    { ...number("messages", words.messages, (queue) => queue.messages, (queue) => queue.messages ?? words.noMessages), priority: 3 },
    {
      name: "act",
      label: "",
      cell: (queue) => (
        <Button
          size="compact-xs"
          variant="default"
          aria-label={queue.is_paused ? words.resumeName(queue.name) : words.pauseName(queue.name)}
          onClick={() => ask(queue)}
        >
          {queue.is_paused ? words.resume : words.pause}
        </Button>
      ),
    },
  ];
}

function number(
  name: string,
  label: string,
  sort: (queue: QueueState) => number | null,
  cell: Column<QueueState>["cell"],
): Column<QueueState> {
  return { name, label, sort, cell, isNumber: true };
}

function Drill({ queue, status, count }: { queue: QueueState; status: string; count: number }) {
  return (
    <RouteLink to="/admin/jobs" search={{ queue: queue.name, status }} size="sm">
      {count.toLocaleString("en")}
    </RouteLink>
  );
}

function State({ queue }: { queue: QueueState }) {
  if (!queue.is_paused) {
    const isUnserved = queue.workers === 0;
    return <Text inherit c="dimmed">{isUnserved ? words.unserved : words.open}</Text>;
  }
  return (
    <Stack gap={0}>
      <Group gap={6}>
        <StatusBadge status="paused" label={words.paused} />
        <Text size="xs" c="dimmed" component="span">
          <Time at={queue.paused_at} />
        </Text>
      </Group>
      <Text size="xs" maw={260}>
        {queue.paused_reason === null ? words.pausedWithout : words.pausedBecause(queue.paused_reason)}
      </Text>
    </Stack>
  );
}

function Change({ queue, onDone }: { queue: QueueState; onDone: () => void }) {
  const client = useQueryClient();
  const [reason, setReason] = useState("");
  const path = { params: { path: { queue_name: queue.name } } };
  const change = useMutation({
    mutationFn: () =>
      queue.is_paused
        ? unwrap(api.POST("/api/v1/admin/queues/{queue_name}/resume", path))
        : unwrap(api.POST("/api/v1/admin/queues/{queue_name}/pause", { ...path, body: { reason: reason.trim() || null } })),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["admin"] });
      onDone();
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate();
      }}
    >
      <Stack>
        <Text size="sm">
          {queue.is_paused ? words.resumeText(queue.waiting) : words.pauseText(queue.waiting, queue.running)}
        </Text>
        {!queue.is_paused && (
          <TextInput
            label={words.reason}
            description={words.reasonHint}
            maxLength={300}
            data-autofocus
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
        )}
        {change.isError && <Failure error={change.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            {common.cancel}
          </Button>
          <Button type="submit" loading={change.isPending}>
            {queue.is_paused ? words.resume : words.pause}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
