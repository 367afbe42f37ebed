import { Badge, Card, Group, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ProjectOut } from "@shared/api/schema.ts";
import { RouteLink } from "@/components/link.tsx";
import { StatusBadge } from "@/components/status-badge.tsx";
import { Time } from "@/components/time.tsx";
import { isMoving } from "@/data/jobs.ts";
import { usePollInterval } from "@/data/live.ts";
import { latestManifestQuery, openReviewsQuery, syncQuery } from "@/data/sync.ts";
import { roleName } from "@/strings/permissions.ts";
import { projects as words } from "@/strings/projects.ts";
import { LanguageBar } from "./language-bar.tsx";

/** One project: what it is, how its mirror stands, what waits in it. */
export function ProjectCard({ project }: { project: ProjectOut }) {
  const interval = usePollInterval(true);
  const { data: sync } = useQuery({
    ...syncQuery(project.id),
    refetchInterval: ({ state }) => (isMoving(state.data?.last_attempt?.status) ? interval : false),
  });
  const { data: manifest } = useQuery(latestManifestQuery(project.id));
  const params = { projectId: project.id };
  return (
    <Card component="li" withBorder padding="md" mih={184}>
      <Stack gap="xs" h="100%">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <Title order={2} size="h4" style={{ overflowWrap: "anywhere" }}>
            <RouteLink to="/projects/$projectId" params={params} c="inherit" inherit>
              {project.name}
            </RouteLink>
          </Title>
          <Badge variant="outline" color="gray" tt="none" style={{ flexShrink: 0 }}>
            {roleName(project.role)}
          </Badge>
        </Group>
        <Text size="xs" c="dimmed" ff={project.repo_url === null ? undefined : "monospace"} truncate title={project.repo_url ?? undefined}>
          {project.repo_url ?? words.noRemote}
        </Text>
        <Group gap="xs" mih={22}>
          {sync !== undefined && <SyncState status={sync.last_attempt?.status} hasRemote={project.repo_url !== null} />}
          {sync?.last_success != null && (
            <Text size="xs" c="dimmed" component="span">
              {words.synced} <Time at={sync.last_success.finished_at} />
            </Text>
          )}
        </Group>
        {sync?.last_error != null && !isMoving(sync.last_attempt?.status) && (
          <Text size="xs" c="var(--hs-removed)" lineClamp={2}>
            {sync.last_error.message}
          </Text>
        )}
        <LanguageBar languages={manifest?.languages ?? null} />
        <OpenReviews projectId={project.id} />
      </Stack>
    </Card>
  );
}

function SyncState({ status, hasRemote }: { status: string | undefined; hasRemote: boolean }) {
  const state = status ?? (hasRemote ? "none" : "folder");
  return <StatusBadge status={state} label={words.syncStates[state] ?? state} />;
}

function OpenReviews({ projectId }: { projectId: string }) {
  const { data } = useQuery(openReviewsQuery(projectId));
  return (
    <Text size="sm" mt="auto" mih={22} component="div">
      {data !== undefined &&
        (data.count === 0 ? (
          <Text span c="dimmed" size="sm">
            {words.noReviews}
          </Text>
        ) : (
          <RouteLink to="/projects/$projectId/reviews" params={{ projectId }} search={{ status: "open" }}>
            {words.reviews(data.count, data.isMore)}
          </RouteLink>
        ))}
    </Text>
  );
}
