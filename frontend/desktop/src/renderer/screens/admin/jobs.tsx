import { Button, Group, Text } from "@mantine/core";
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { MoreButton } from "@/components/listing.tsx";
import { Page } from "@/components/page.tsx";
import { Empty, Failure, Loading } from "@/components/states.tsx";
import { projectsQuery } from "@/data/projects.ts";
import { admin } from "@/strings/admin.ts";
import { jobs as words } from "@/strings/admin-jobs.ts";
import { Causes } from "./causes.tsx";
import { jobsQuery, PAGE, type AdminJob, type JobFilter } from "./data.ts";
import { allowed, found, type Act } from "./jobs-bulk.ts";
import { BulkDialog, type BulkAsked } from "./jobs-bulk-dialog.tsx";
import { isPreset, jobFields, jobFilter, presets } from "./jobs-filter.ts";
import { jobColumns } from "./jobs-columns.tsx";
import { Filters } from "./parts/filters.tsx";
import { RefreshControl, useRefresh } from "./parts/refresh.tsx";
import type { Words } from "./parts/search.ts";
import { DataTable } from "./parts/table.tsx";

const route = getRouteApi("/shell/admin/jobs");
// Of a list that is scrolled far down, every page would be asked for again each time.
const MOST_REFRESHED_PAGES = 4;
const LARGEST_PAGE = 200;

/** Every job, by whatever it is looked for; many can be brought back or stopped at once. */
export function AdminJobs() {
  const search: Words = route.useSearch();
  const navigate = route.useNavigate();
  const [now] = useState(() => new Date());
  const projects = useQuery(projectsQuery());
  const names = useMemo(
    () => new Map(projects.data?.items.map((project) => [project.id, project.name])),
    [projects.data],
  );
  const options = [...names].map(([value, label]) => ({ value, label }));
  const show = (next: Record<string, string>) => void navigate({ search: next });
  return (
    <Page title={words.title} about={words.about} actions={<RefreshControl />} isWide>
      <Group gap={6} mb="sm" role="group" aria-label={words.presets}>
        {presets(now).map((preset) => {
          const isOn = isPreset(search, preset.search);
          return (
            <Button
              key={preset.name}
              size="compact-sm"
              variant={isOn ? "filled" : "default"}
              aria-pressed={isOn}
              onClick={() => show(preset.search)}
            >
              {preset.label}
            </Button>
          );
        })}
      </Group>
      <Filters fields={jobFields(options)} values={search} onChange={show} />
      <Causes />
      <JobList filter={jobFilter(search)} cause={search["cause"]} projectNames={names} />
    </Page>
  );
}

interface JobListProps {
  filter: JobFilter;
  cause: string | undefined;
  projectNames: ReadonlyMap<string, string>;
}

function JobList({ filter, cause, projectNames }: JobListProps) {
  const every = useRefresh();
  const query = useInfiniteQuery({
    ...jobsQuery(filter, cause === undefined ? PAGE : LARGEST_PAGE),
    refetchInterval: (state) => ((state.state.data?.pages.length ?? 0) > MOST_REFRESHED_PAGES ? false : every),
    placeholderData: keepPreviousData,
  });
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [asked, setAsked] = useState<BulkAsked | null>(null);
  if (query.data === undefined) {
    return query.isError ? <Failure error={query.error} retry={() => void query.refetch()} /> : <Loading lines={10} height={28} />;
  }
  const keep = (job: AdminJob) => cause === undefined || job.cause === cause;
  const jobs = query.data.pages.flatMap((page) => page.items).filter(keep);
  const chosen = jobs.filter((job) => selected.has(job.job_id));
  const ask = (act: Act, isByFilter: boolean) =>
    setAsked((last) => ({
      act,
      isByFilter,
      key: (last?.key ?? 0) + Date.now(),
      choose: () => (isByFilter ? found(act, filter, keep) : Promise.resolve(allowed(act, chosen))),
    }));
  return (
    <>
      <Actions chosen={chosen.length} isFiltered={Object.keys(filter).length > 0 || cause !== undefined} onAsk={ask} onNone={() => setSelected(new Set())} />
      {jobs.length === 0 ? (
        <Empty title={words.empty}>{cause === undefined ? words.emptyText : words.emptyCause(cause)}</Empty>
      ) : (
        <DataTable
          caption={words.caption}
          columns={jobColumns(projectNames)}
          rows={jobs}
          rowKey={(job) => job.job_id}
          selection={{ ids: selected, onChange: setSelected }}
        />
      )}
      <Group mt="sm" gap="sm">
        <Text size="xs" c="dimmed">
          {admin.shown(jobs.length, query.hasNextPage)}
          {cause !== undefined && ` ${words.narrowed}`}
          {query.data.pages.length > MOST_REFRESHED_PAGES && ` ${words.standing}`}
        </Text>
        <MoreButton query={query} size="xs" />
      </Group>
      <BulkDialog asked={asked} onClose={() => setAsked(null)} onDone={() => setSelected(new Set())} />
    </>
  );
}

interface ActionsProps {
  chosen: number;
  isFiltered: boolean;
  onAsk: (act: Act, isByFilter: boolean) => void;
  onNone: () => void;
}

/** Always there, so that choosing a row moves nothing. */
function Actions({ chosen, isFiltered, onAsk, onNone }: ActionsProps) {
  const nobody = chosen === 0;
  return (
    <Group gap="xs" mb="xs">
      <Button size="xs" disabled={nobody} onClick={() => onAsk("retry", false)}>
        {words.retrySelected}
      </Button>
      <Button size="xs" color="red" variant="light" disabled={nobody} onClick={() => onAsk("cancel", false)}>
        {words.cancelSelected}
      </Button>
      <Text size="xs" c="dimmed" aria-live="polite" miw={70}>
        {words.selected(chosen)}
      </Text>
      <Button size="xs" variant="subtle" disabled={nobody} onClick={onNone}>
        {words.unselect}
      </Button>
      <Button size="xs" variant="default" disabled={!isFiltered} onClick={() => onAsk("retry", true)}>
        {words.retryFound}
      </Button>
      <Button size="xs" variant="default" disabled={!isFiltered} onClick={() => onAsk("cancel", true)}>
        {words.cancelFound}
      </Button>
    </Group>
  );
}
