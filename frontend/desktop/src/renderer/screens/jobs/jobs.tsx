import { Button, Group, Select, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { unwrap } from "@shared/api/client.ts";
import type { JobStatus } from "@shared/api/schema.ts";
import { ListingAnswer } from "@/components/listing.tsx";
import { Page } from "@/components/page.tsx";
import { Empty } from "@/components/states.tsx";
import { api } from "@/data/environment.ts";
import { isMoving } from "@/data/jobs.ts";
import { pagesQuery, useListing } from "@/data/listing.ts";
import { usePollInterval } from "@/data/live.ts";
import { projectsQuery } from "@/data/projects.ts";
import { jobs as words } from "@/strings/jobs.ts";
import { JobTable } from "./job-table.tsx";

const route = getRouteApi("/shell/jobs");

interface Filters {
  kind?: string | undefined;
  status?: string | undefined;
  project?: string | undefined;
}

/** Background work that concerns you. The filters are in the address. */
export function Jobs() {
  const filters: Filters = route.useSearch();
  const navigate = route.useNavigate();
  const interval = usePollInterval(true);
  const listing = useListing({
    ...pagesQuery(["jobs", "list", filters], (place) => unwrap(api.GET("/api/v1/jobs", { params: { query: { ...asQuery(filters), ...place } } }))),
    refetchInterval: ({ state }) => (state.data?.pages.some(({ items }) => items.some(({ status }) => isMoving(status))) === true ? interval : false),
  });
  const change = (part: Filters) => void navigate({ search: (before) => present({ ...before, ...part }), replace: true });
  const isFiltered = Object.keys(present(filters)).length > 0;
  const clear = isFiltered && (
    <Button variant="default" onClick={() => void navigate({ search: {}, replace: true })}>
      {words.clear}
    </Button>
  );
  return (
    <Page title={words.title} about={words.about}>
      <Stack>
        <FilterBar filters={filters} onChange={change} clear={clear} />
        <ListingAnswer
          listing={listing}
          empty={
            <Empty title={isFiltered ? words.emptyFiltered : words.emptyTitle} action={clear}>
              {isFiltered ? undefined : words.emptyText}
            </Empty>
          }
        >
          {(items) => <JobTable items={items} />}
        </ListingAnswer>
      </Stack>
    </Page>
  );
}

function present(filters: Filters): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(filters)) if (typeof value === "string" && value !== "") kept[name] = value;
  return kept;
}

function asQuery({ kind, status, project }: Filters) {
  return {
    limit: 50,
    ...(kind !== undefined && { kind }),
    ...(status !== undefined && { status: status as JobStatus }),
    ...(project !== undefined && { project_id: project }),
  };
}

const options = (names: Readonly<Record<string, string>>) => Object.entries(names).map(([value, label]) => ({ value, label }));

function FilterBar({ filters, onChange, clear }: { filters: Filters; onChange: (part: Filters) => void; clear: React.ReactNode }) {
  const { data } = useQuery(projectsQuery());
  const projects = data?.items.map(({ id, name }) => ({ value: id, label: name })) ?? [];
  return (
    <Group align="flex-end" gap="sm">
      <Select
        label={words.filterKind}
        placeholder={words.anyKind}
        clearable
        data={options(words.kinds)}
        value={filters.kind ?? null}
        onChange={(kind) => onChange({ kind: kind ?? undefined })}
      />
      <Select
        label={words.filterStatus}
        placeholder={words.anyStatus}
        clearable
        data={options(words.statuses)}
        value={filters.status ?? null}
        onChange={(status) => onChange({ status: status ?? undefined })}
      />
      <Select
        label={words.filterProject}
        placeholder={words.anyProject}
        clearable
        searchable
        data={projects}
        value={filters.project ?? null}
        onChange={(project) => onChange({ project: project ?? undefined })}
      />
      {clear}
    </Group>
  );
}
