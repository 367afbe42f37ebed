import { Button, Card, Group, NativeSelect, Progress, Stack, Text } from "@mantine/core";
import { useInfiniteQuery, useMutation, useQueryClient, type InfiniteData } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { idempotencyKey, unwrap } from "@shared/api/client.ts";
import { Hash } from "@/components/hash.tsx";
import { CodeText } from "@/components/code-text.tsx";
import { Confirm } from "@/components/confirm.tsx";
import { fileSize } from "@/components/file-size.ts";
import { RouteLink } from "@/components/link.tsx";
import { MoreButton } from "@/components/listing.tsx";
import { Page } from "@/components/page.tsx";
import { Empty, Failure, Loading } from "@/components/states.tsx";
import { StatusBadge } from "@/components/status-badge.tsx";
import { Time } from "@/components/time.tsx";
import { api } from "@/data/environment.ts";
import { admin } from "@/strings/admin.ts";
import { warrant as words } from "@/strings/admin-records.ts";
import { common } from "@/strings/common.ts";
import { warrantQuery, type ItemOutcome, type Warrant as Plan, type WarrantItem } from "./data.ts";
import { Facts, type Fact } from "./parts/facts.tsx";
import { Json } from "./parts/json.tsx";
import { RefreshControl, useRefresh } from "./parts/refresh.tsx";
import { DataTable, type Column } from "./parts/table.tsx";

const route = getRouteApi("/shell/admin/warrants/$warrantId");
const OUTCOMES = ["pending", "deleted", "spared", "failed"] as const;

/** One plan of what to delete, item by item: why each may go, and what became of it. */
export function Warrant() {
  const { warrantId } = route.useParams();
  const [outcome, setOutcome] = useState<ItemOutcome>(null);
  const every = useRefresh();
  const query = useInfiniteQuery({
    ...warrantQuery(warrantId, outcome),
    refetchInterval: (state) => (isSettled(state.state.data) ? false : every),
  });
  const plan = query.data?.pages[0];
  return (
    <Page
      title={words.title(plan?.task ?? "…")}
      about={
        <RouteLink to="/admin/schedules" size="sm">
          {words.back}
        </RouteLink>
      }
      actions={
        <>
          <RefreshControl />
          {plan !== undefined && <Execute plan={plan} />}
        </>
      }
    >
      {plan === undefined ? (
        query.isError ? <Failure error={query.error} retry={() => void query.refetch()} /> : <Loading lines={10} height={28} />
      ) : (
        <Stack gap="md">
          <Card withBorder>
            <Group mb="sm">
              <StatusBadge status={plan.status} />
            </Group>
            <Facts facts={facts(plan)} />
            {plan.status === "executing" && <Done plan={plan} />}
          </Card>
          {plan.items > 0 && (
            <NativeSelect
              size="xs"
              w="fit-content"
              label={words.outcome}
              value={outcome ?? ""}
              onChange={(event) => setOutcome(OUTCOMES.find((each) => each === event.currentTarget.value) ?? null)}
              data={[{ value: "", label: admin.any }, ...OUTCOMES]}
            />
          )}
          <Items isNarrowed={outcome !== null} items={query.data?.pages.flatMap((page) => page.page) ?? []} />
          <MoreButton query={query} size="xs" />
        </Stack>
      )}
    </Page>
  );
}

/** What was carried out or expired never changes again. */
function isSettled(data: InfiniteData<Plan> | undefined): boolean {
  const status = data?.pages[0]?.status;
  return status === "executed" || status === "expired";
}

function facts(plan: Plan): readonly Fact[] {
  return [
    [words.digest, <Hash key="digest" value={plan.digest} length={20} />],
    [words.plannedBy, plan.planned_by === null ? words.bySchedule : <Hash key="by" value={plan.planned_by} length={36} />],
    [words.planned, <Time key="planned" at={plan.planned_at} />],
    [words.expires, <Time key="expires" at={plan.expires_at} />],
    [words.executed, plan.executed_at === null ? "–" : <Time key="executed" at={plan.executed_at} />],
    [words.items, plan.items.toLocaleString("en")],
    [words.bytes, fileSize(plan.bytes)],
    [words.freed, fileSize(plan.freed_bytes)],
    [words.planJob, <JobLink key="plan" jobId={plan.plan_job_id} />],
    [words.executeJob, <JobLink key="execute" jobId={plan.execute_job_id} />],
    ...(plan.note === null ? [] : ([[words.note, plan.note]] as const)),
  ];
}

function JobLink({ jobId }: { jobId: string | null }) {
  if (jobId === null) return "–";
  return (
    <RouteLink to="/admin/jobs/$jobId" params={{ jobId }} size="sm">
      {jobId.slice(0, 13)}
    </RouteLink>
  );
}

function Done({ plan }: { plan: Plan }) {
  const done = plan.deleted + plan.spared + plan.failed;
  return (
    <Stack gap={4} mt="sm" aria-live="polite">
      <Text size="sm">{words.progress(done, plan.items)}</Text>
      <Progress value={plan.items === 0 ? 100 : (done / plan.items) * 100} aria-label={words.progress(done, plan.items)} />
    </Stack>
  );
}

/** Carries out this plan and nothing else; it cannot be undone, so it asks with the numbers. */
function Execute({ plan }: { plan: Plan }) {
  const client = useQueryClient();
  const [isAsked, setAsked] = useState(false);
  const run = useMutation({
    mutationFn: () =>
      unwrap(
        api.POST("/api/v1/admin/tasks/{name}/run", {
          params: { path: { name: plan.task }, header: { "Idempotency-Key": idempotencyKey() } },
          body: { dry_run: false, warrant_id: plan.warrant_id },
        }),
      ),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["admin"] });
      setAsked(false);
    },
  });
  if (plan.status !== "planned" || plan.items === 0) return null;
  return (
    <>
      <Button size="xs" color="red" onClick={() => setAsked(true)}>
        {words.execute}
      </Button>
      <Confirm
        isOpen={isAsked}
        title={words.executeTitle(plan.items)}
        text={words.executeText(plan.items, fileSize(plan.bytes))}
        action={words.executeAction}
        isBad
        isBusy={run.isPending}
        dismiss={common.close}
        error={run.error}
        onConfirm={() => run.mutate()}
        onClose={() => setAsked(false)}
      />
    </>
  );
}

function Items({ items, isNarrowed }: { items: readonly WarrantItem[]; isNarrowed: boolean }) {
  if (items.length === 0) return <Empty title={isNarrowed ? words.none : words.nothing}>{isNarrowed ? undefined : words.nothingText}</Empty>;
  return <DataTable caption={words.caption} columns={COLUMNS} rows={items} rowKey={(item) => String(item.position)} />;
}

const COLUMNS: readonly Column<WarrantItem>[] = [
  {
    name: "target",
    label: words.target,
    cell: (item) => (
      <Stack gap={0}>
        <Text inherit ff="monospace" fz="xs" style={{ overflowWrap: "anywhere" }}>
          <CodeText text={item.target} />
        </Text>
        <details>
          <summary>{words.showProof}</summary>
          <Json value={item.proof} label={words.proof} />
        </details>
      </Stack>
    ),
    sort: (item) => item.target,
  },
  { name: "kind", label: words.kind, cell: (item) => item.kind, sort: (item) => item.kind, width: 90 },
  { name: "bytes", label: words.size, cell: (item) => fileSize(item.bytes), sort: (item) => item.bytes, isNumber: true, width: 90 },
  { name: "outcome", label: words.outcome, cell: (item) => <StatusBadge status={item.outcome} />, sort: (item) => item.outcome, width: 100 },
  { name: "reason", label: words.reason, cell: (item) => item.reason ?? "–", priority: 2 },
  { name: "done", label: words.done, cell: (item) => (item.done_at === null ? "–" : <Time at={item.done_at} />), width: 110, priority: 2 },
];
