import { Button, Group, SimpleGrid, Stack, Table, Text } from "@mantine/core";
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { CodeText } from "@/components/code-text.tsx";
import { Hash } from "@/components/hash.tsx";
import { RouteLink } from "@/components/link.tsx";
import { MoreButton } from "@/components/listing.tsx";
import { Page } from "@/components/page.tsx";
import { Empty, Failure, Loading } from "@/components/states.tsx";
import { Time } from "@/components/time.tsx";
import { projectsQuery } from "@/data/projects.ts";
import { admin } from "@/strings/admin.ts";
import { activity as words } from "@/strings/admin-records.ts";
import { activityQuery, type Effect, type EffectFilter } from "./data.ts";
import { Facts } from "./parts/facts.tsx";
import { Filters, type FilterField } from "./parts/filters.tsx";
import { Json } from "./parts/json.tsx";
import { RefreshControl, useRefresh } from "./parts/refresh.tsx";
import type { Words } from "./parts/search.ts";
import { DataTable, type Column } from "./parts/table.tsx";

const route = getRouteApi("/shell/admin/activity");
const MOST_REFRESHED_PAGES = 4;

/** The effect ledger of the whole installation. */
export function AdminActivity() {
  const search: Words = route.useSearch();
  const navigate = route.useNavigate();
  const projects = useQuery(projectsQuery());
  const options = projects.data?.items.map((project) => ({ value: project.id, label: project.name })) ?? [];
  return (
    <Page title={words.title} about={words.about} actions={<RefreshControl />} isWide>
      <Filters fields={fields(options)} values={search} onChange={(next) => void navigate({ search: next })} />
      <Records filter={search as EffectFilter} />
    </Page>
  );
}

function fields(projects: readonly { value: string; label: string }[]): readonly FilterField[] {
  return [
    { name: "action", label: words.action, kind: "text", placeholder: words.actionHint, width: 190 },
    { name: "subject", label: words.subject, kind: "text", placeholder: "queue", width: 130 },
    { name: "subject_id", label: words.subjectId, kind: "text", width: 200 },
    { name: "project_id", label: words.project, kind: "choice", options: projects, width: 170 },
    { name: "from", label: words.from, kind: "moment" },
    { name: "to", label: words.to, kind: "moment" },
    { name: "actor_id", label: words.actor, kind: "text", width: 280, isRare: true },
    { name: "job_id", label: words.job, kind: "text", width: 280, isRare: true },
  ];
}

function Records({ filter }: { filter: EffectFilter }) {
  const every = useRefresh();
  const query = useInfiniteQuery({
    ...activityQuery(filter),
    refetchInterval: (state) => ((state.state.data?.pages.length ?? 0) > MOST_REFRESHED_PAGES ? false : every),
    placeholderData: keepPreviousData,
  });
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  if (query.data === undefined) {
    return query.isError ? <Failure error={query.error} retry={() => void query.refetch()} /> : <Loading lines={10} height={28} />;
  }
  const effects = query.data.pages.flatMap((page) => page.items);
  if (effects.length === 0) return <Empty title={words.empty}>{words.emptyText}</Empty>;
  const toggle = (seq: number) => {
    const next = new Set(open);
    if (!next.delete(seq)) next.add(seq);
    setOpen(next);
  };
  return (
    <>
      <DataTable
        caption={words.caption}
        columns={columns(open, toggle)}
        rows={effects}
        rowKey={(effect) => String(effect.seq)}
        renderDetail={(effect, width) => open.has(effect.seq) && <Details effect={effect} columns={width} />}
      />
      <Group mt="sm" gap="sm">
        <Text size="xs" c="dimmed">
          {admin.shown(effects.length, query.hasNextPage)}
        </Text>
        <MoreButton query={query} size="xs" />
      </Group>
    </>
  );
}

function columns(open: ReadonlySet<number>, toggle: (seq: number) => void): readonly Column<Effect>[] {
  return [
    {
      name: "summary",
      label: words.what,
      cell: (effect) => <CodeText text={effect.summary} />,
    },
    {
      name: "action",
      label: words.action,
      cell: (effect) => (
        <RouteLink to="/admin/activity" search={{ action: effect.action }} size="sm" ff="monospace" fz="xs">
          {effect.action}
        </RouteLink>
      ),
      width: 180,
    },
    { name: "at", label: admin.time, cell: (effect) => <Time at={effect.at} />, width: 110 },
    {
      name: "more",
      label: "",
      cell: (effect) => (
        <Button
          size="compact-xs"
          variant="subtle"
          aria-expanded={open.has(effect.seq)}
          aria-label={words.detailsOf(effect.seq)}
          onClick={() => toggle(effect.seq)}
        >
          {words.details}
        </Button>
      ),
      width: 90,
    },
  ];
}

function Details({ effect, columns: width }: { effect: Effect; columns: number }) {
  return (
    <Table.Tr>
      <Table.Td colSpan={width} bg="var(--hs-card)">
        <Stack gap="sm" py="xs">
          <Facts
            cols={4}
            facts={[
              [words.by, effect.actor_name ?? words.kinds[effect.actor_kind] ?? effect.actor_kind],
              [words.actor, effect.actor_id === null ? "–" : <Hash key="actor" value={effect.actor_id} length={36} />],
              [words.subject, effect.subject],
              [words.subjectId, <Hash key="subject" value={effect.subject_id} length={36} />],
              [words.project, effect.project_id === null ? "–" : <Hash key="project" value={effect.project_id} length={36} />],
              [words.job, effect.job_id === null ? "–" : <JobLink key="job" jobId={effect.job_id} />],
              [words.approval, effect.approval ?? "–"],
              [words.chain, `${effect.chain}, ${words.position(effect.position)}`],
              [words.hash, <Hash key="hash" value={effect.hash} length={24} />],
            ]}
          />
          <SimpleGrid cols={{ base: 1, md: 3 }} spacing="sm">
            <Side label={words.before} value={effect.before} />
            <Side label={words.after} value={effect.after} />
            <Side label={words.inverse} value={effect.inverse} missing={words.noInverse} />
          </SimpleGrid>
        </Stack>
      </Table.Td>
    </Table.Tr>
  );
}

function JobLink({ jobId }: { jobId: string }) {
  return (
    <RouteLink to="/admin/jobs/$jobId" params={{ jobId }} size="sm">
      {jobId}
    </RouteLink>
  );
}

function Side({ label, value, missing = "–" }: { label: string; value: unknown; missing?: string }) {
  return (
    <Stack gap={2} miw={0}>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      {value === null ? <Text size="sm">{missing}</Text> : <Json value={value} label={label} />}
    </Stack>
  );
}
