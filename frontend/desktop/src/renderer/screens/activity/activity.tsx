import { Code, Group, Select, Stack, Table, Text } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { unwrap } from "@shared/api/client.ts";
import type { components } from "@shared/api/schema.ts";
import { CodeText } from "@/components/code-text.tsx";
import { Hash } from "@/components/hash.tsx";
import { RouteLink } from "@/components/link.tsx";
import { ListingAnswer } from "@/components/listing.tsx";
import { Page } from "@/components/page.tsx";
import { Empty, Loading } from "@/components/states.tsx";
import { Time } from "@/components/time.tsx";
import { TableHead } from "@/components/table-head.tsx";
import { api } from "@/data/environment.ts";
import { pagesQuery, useListing } from "@/data/listing.ts";
import { activity } from "@/strings/activity.ts";

type EffectRecord = components["schemas"]["EffectOut"];

const route = getRouteApi("/shell/projects/$projectId/activity");

/** What was changed in a project and why, from the effect ledger. */
export function ProjectActivity() {
  const { projectId } = route.useParams();
  const { action } = route.useSearch();
  const navigate = route.useNavigate();
  const listing = useListing(
    pagesQuery(["activity", projectId, "list", action ?? ""], (place) => {
      const query = { limit: 50, ...(action !== undefined && { action }), ...place };
      return unwrap(api.GET("/api/v1/projects/{project_id}/activity", { params: { path: { project_id: projectId }, query } }));
    }),
  );
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
        <ListingAnswer
          listing={listing}
          empty={<Empty title={activity.empty}>{activity.emptyText}</Empty>}
          loading={<Loading lines={8} height={30} />}
        >
          {(items) => <Records items={items} projectId={projectId} />}
        </ListingAnswer>
      </Stack>
    </Page>
  );
}

function Records({ items, projectId }: { items: readonly EffectRecord[]; projectId: string }) {
  return (
    <Table.ScrollContainer minWidth={540}>
      <Table verticalSpacing="xs">
        <Table.Caption>{activity.caption}</Table.Caption>
        <TableHead columns={[activity.what, activity.who, activity.when]} />
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
