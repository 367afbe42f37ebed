import { Button, Code, Group, Select, Stack, Table, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { unwrap } from "@shared/api/client.ts";
import type { components } from "@shared/api/schema.ts";
import { CodeText } from "@/components/code-text.tsx";
import { Hash } from "@/components/hash.tsx";
import { RouteLink } from "@/components/link.tsx";
import { Page } from "@/components/page.tsx";
import { Empty, Failure, Loading } from "@/components/states.tsx";
import { Time } from "@/components/time.tsx";
import { api } from "@/data/environment.ts";
import { activity } from "@/strings/activity.ts";
import { common } from "@/strings/common.ts";

type EffectRecord = components["schemas"]["EffectOut"];

const route = getRouteApi("/shell/projects/$projectId/activity");

/** What was changed in a project and why, from the effect ledger. */
export function ProjectActivity() {
  const { projectId } = route.useParams();
  const { action } = route.useSearch();
  const navigate = route.useNavigate();
  const records = useInfiniteQuery({
    queryKey: ["activity", projectId, "list", action ?? ""],
    initialPageParam: "",
    queryFn: ({ pageParam }) =>
      unwrap(
        api.GET("/api/v1/projects/{project_id}/activity", {
          params: { path: { project_id: projectId }, query: { limit: 50, ...(action !== undefined && { action }), ...(pageParam !== "" && { cursor: pageParam }) } },
        }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  const items = records.data?.pages.flatMap((page) => page.items);
  return (
    <Page title={activity.title} about={activity.about}>
      <Stack>
        <Select
          label={activity.filter}
          data={[...activity.filters]}
          value={action ?? ""}
          allowDeselect={false}
          w={220}
          onChange={(value) => void navigate({ search: value === null || value === "" ? {} : { action: value }, replace: true })}
        />
        {items === undefined && (records.isError ? <Failure error={records.error} retry={() => void records.refetch()} /> : <Loading lines={8} height={30} />)}
        {items?.length === 0 && <Empty title={activity.empty}>{activity.emptyText}</Empty>}
        {items !== undefined && items.length > 0 && <Records items={items} projectId={projectId} />}
        {records.hasNextPage && (
          <Button variant="default" w="fit-content" loading={records.isFetchingNextPage} onClick={() => void records.fetchNextPage()}>
            {common.more}
          </Button>
        )}
      </Stack>
    </Page>
  );
}

function Records({ items, projectId }: { items: readonly EffectRecord[]; projectId: string }) {
  return (
    <Table.ScrollContainer minWidth={540}>
      <Table verticalSpacing="xs">
        <Table.Caption>{activity.caption}</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            {[activity.what, activity.who, activity.when].map((heading) => (
              <Table.Th key={heading} scope="col">
                {heading}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((item) => (
            <Table.Tr key={item.seq}>
              <Table.Td>
                <Text size="sm">
                  <CodeText text={item.summary} />
                </Text>
                <Links item={item} projectId={projectId} />
                <Details item={item} />
              </Table.Td>
              <Table.Td>
                <CodeText text={item.actor_name ?? activity.system} />
              </Table.Td>
              <Table.Td style={{ whiteSpace: "nowrap" }}>
                <Time at={item.at} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

const JOBS: Readonly<Record<string, "/projects/$projectId/rename/$jobId" | "/projects/$projectId/ai/$jobId">> = {
  job: "/projects/$projectId/rename/$jobId",
  ai_job: "/projects/$projectId/ai/$jobId",
};

function Links({ item, projectId }: { item: EffectRecord; projectId: string }) {
  const job = item.action.endsWith(".asked") ? JOBS[item.subject] : undefined;
  return (
    <Group gap="sm" fz="xs" c="dimmed">
      {item.subject === "proposal" && (
        <RouteLink to="/projects/$projectId/reviews/$proposalId" params={{ projectId, proposalId: item.subject_id }} inherit>
          {activity.proposal}
        </RouteLink>
      )}
      {job !== undefined && (
        <RouteLink to={job} params={{ projectId, jobId: item.subject_id }} inherit>
          {activity.job}
        </RouteLink>
      )}
      {item.approval !== null && (
        <span>
          {activity.digest} <Hash value={item.approval} />
        </span>
      )}
      <span>
        {activity.record} {item.position} <Hash value={item.hash} />
      </span>
    </Group>
  );
}

function Details({ item }: { item: EffectRecord }) {
  const parts = [
    { label: activity.before, value: item.before },
    { label: activity.after, value: item.after },
    { label: activity.inverse, value: item.inverse },
  ].filter((part) => part.value !== null);
  if (parts.length === 0) return null;
  return (
    <details>
      <summary>
        <Text span size="xs" c="dimmed">
          {item.inverse === null ? activity.details : `${activity.details}: ${activity.inverse.toLowerCase()}`}
        </Text>
      </summary>
      {parts.map((part) => (
        <div key={part.label}>
          <Text size="xs" fw={600}>
            {part.label}
          </Text>
          <Code block>
            <CodeText text={JSON.stringify(part.value, null, 2)} />
          </Code>
        </div>
      ))}
    </details>
  );
}
