import { Group, Progress, Stack, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ProjectOut, ShareOut, UsageOut } from "@shared/api/schema.ts";
import { unwrap } from "@shared/api/client.ts";
import { Answer } from "@/components/answer.tsx";
import { fileSize } from "@/components/file-size.ts";
import { RouteLink } from "@/components/link.tsx";
import { Section } from "@/components/section.tsx";
import { StatusBadge } from "@/components/status-badge.tsx";
import { Time } from "@/components/time.tsx";
import { TableHead } from "@/components/table-head.tsx";
import { api } from "@/data/environment.ts";
import { may } from "@/data/permissions.ts";
import { projectSettings as words } from "@/strings/project-settings.ts";

/** How much of their room a project's previews take, and which bundles came first. */
export function PreviewUsage({ project }: { project: ProjectOut }) {
  const usage = useQuery({
    queryKey: ["previews", project.id, "usage"],
    queryFn: () => unwrap(api.GET("/api/v1/preview/usage", { params: { query: { project_id: project.id } } })),
    enabled: may(project.role, "preview"),
  });
  if (!may(project.role, "preview")) return null;
  return (
    <Section title={words.usage} about={words.usageAbout}>
      <Answer query={usage}>
        {(data) => (
          <Stack>
            <Share name={words.bytes} share={data.bytes} show={fileSize} />
            <Share name={words.jobs} share={data.jobs} show={String} />
            <Share name={words.sessions} share={data.sessions} show={String} />
            {data.oldest.length > 0 && <Oldest projectId={project.id} items={data.oldest} />}
          </Stack>
        )}
      </Answer>
    </Section>
  );
}

function Share({ name, share, show }: { name: string; share: ShareOut; show: (value: number) => string }) {
  const percent = Math.min(100, (share.used / Math.max(1, share.limit)) * 100);
  return (
    <div>
      <Group justify="space-between">
        <Text size="sm">{name}</Text>
        <Text size="sm" c="dimmed">
          {words.used(show(share.used), show(share.limit))}
        </Text>
      </Group>
      <Progress value={percent} color={percent > 90 ? "red" : "blue"} aria-label={name} />
    </div>
  );
}

function Oldest({ projectId, items }: { projectId: string; items: UsageOut["oldest"] }) {
  const columns = words.oldestColumns;
  return (
    <Table.ScrollContainer minWidth={480}>
      <Table captionSide="top">
        <Table.Caption ta="left">{words.oldest}</Table.Caption>
        <TableHead columns={[columns.preview, columns.size, columns.status, columns.until]} />
        <Table.Tbody>
          {items.map((bundle) => (
            <Table.Tr key={bundle.job_id}>
              <Table.Th scope="row" fw={500}>
                <RouteLink to="/projects/$projectId/previews/$jobId" params={{ projectId, jobId: bundle.job_id }} ff="monospace" size="sm">
                  {bundle.platform} {bundle.job_id.slice(-8)}
                </RouteLink>
              </Table.Th>
              <Table.Td>{fileSize(bundle.size_bytes)}</Table.Td>
              <Table.Td>
                <StatusBadge status={bundle.status} />
              </Table.Td>
              <Table.Td>
                <Time at={bundle.expires_at} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
