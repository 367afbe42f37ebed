import { Button, Code, CopyButton, Group, Loader, Progress, Stack, Text, ThemeIcon, Timeline, Title } from "@mantine/core";
import { IconCheck, IconX } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, type ReactNode } from "react";
import type { JobState, ProjectOut } from "@shared/api/schema.ts";
import { ApiError } from "@shared/api/errors.ts";
import { RouteButton } from "@/components/link.tsx";
import { Failure } from "@/components/states.tsx";
import { Time } from "@/components/time.tsx";
import { isDesktop } from "@/data/environment.ts";
import { isMoving, jobQuery } from "@/data/jobs.ts";
import { latestManifestQuery, startSync, syncQuery } from "@/data/sync.ts";
import { common } from "@/strings/common.ts";
import { connect as words } from "@/strings/projects.ts";

// Somebody is looking at it: faster than screens that are accompanied by events.
const LOOK_MS = 1_000;

/** The first sync of a new project, stage by stage; opens the project when its files are described. */
export function FirstSync({ project }: { project: ProjectOut }) {
  const navigate = useNavigate();
  const { sync, job, manifest } = useFirstSync(project.id);
  const isReady = manifest !== undefined && manifest !== null;
  useEffect(() => {
    if (isReady) void navigate({ to: "/projects/$projectId", params: { projectId: project.id } });
  }, [isReady, navigate, project.id]);
  const status = sync?.last_attempt?.status;
  const isFetched = status === "success" || isReady;
  const done = isReady ? 3 : isFetched ? 1 : 0;
  return (
    <Stack>
      <Timeline active={done} bulletSize={24} aria-live="polite">
        <Stage title={words.stages.created} state="done" />
        <Stage title={words.stages.fetch} state={isFetched ? "done" : status === "failed" ? "failed" : "active"}>
          {!isFetched && isMoving(status) && job !== undefined && <JobLine job={job} />}
        </Stage>
        <Stage title={words.stages.describe} state={isReady ? "done" : isFetched ? "active" : "waiting"} />
        <Stage title={words.stages.open} state={isReady ? "active" : "waiting"} />
      </Timeline>
      {status === "failed" && sync?.last_error != null && <FirstFailed project={project} error={sync.last_error} at={sync.last_attempt?.finished_at} />}
      {status === "success" && sync?.head === null && <Text>{words.noCommits}</Text>}
      {status !== "failed" && (
        <RouteButton to="/projects/$projectId" params={{ projectId: project.id }} variant={isReady ? "filled" : "default"}>
          {isReady ? words.open : words.openAnyway}
        </RouteButton>
      )}
    </Stack>
  );
}

function useFirstSync(projectId: string) {
  const sync = useQuery({
    ...syncQuery(projectId),
    refetchInterval: (query) => (query.state.data?.last_attempt?.status === "success" ? false : LOOK_MS),
  });
  const attempt = sync.data?.last_attempt;
  const job = useQuery({
    ...jobQuery(attempt?.job_id ?? ""),
    enabled: attempt?.job_id != null,
    refetchInterval: isMoving(attempt?.status) ? LOOK_MS : false,
  });
  const manifest = useQuery({
    ...latestManifestQuery(projectId),
    refetchInterval: (query) => (query.state.data == null ? LOOK_MS : false),
  });
  return { sync: sync.data, job: job.data, manifest: manifest.data };
}

type StageState = "done" | "active" | "failed" | "waiting";

function Stage({ title, state, children }: { title: string; state: StageState; children?: ReactNode }) {
  const bullet = {
    done: <IconCheck size={14} aria-hidden />,
    failed: (
      <ThemeIcon color="red" radius="xl" size={24}>
        <IconX size={14} aria-hidden />
      </ThemeIcon>
    ),
    active: <Loader size={12} aria-hidden />,
    waiting: undefined,
  }[state];
  return (
    <Timeline.Item title={title} bullet={bullet} aria-current={state === "active" ? "step" : undefined}>
      {children}
    </Timeline.Item>
  );
}

function JobLine({ job }: { job: JobState }) {
  return (
    <Stack gap={4} mt={4}>
      <Progress value={job.progress * 100} aria-label={words.stages.fetch} />
      <Text size="xs" c="dimmed">
        {job.phase === null ? job.why : words.phases(job.phase)}
      </Text>
    </Stack>
  );
}

interface FirstFailedProps {
  project: ProjectOut;
  error: { code: string; message: string };
  /** Another failure of the same kind differs in this alone. */
  at: string | null | undefined;
}

function FirstFailed({ project, error, at }: FirstFailedProps) {
  const client = useQueryClient();
  const params = { projectId: project.id };
  const again = useMutation({
    mutationFn: () => startSync(project.id),
    onSuccess: () => void client.invalidateQueries({ queryKey: ["sync", project.id] }),
  });
  return (
    <Stack gap="sm">
      <Failure title={words.syncFailed} error={new ApiError(409, error.code, error.message)} />
      <Text size="sm">
        {words.lastTried} <Time at={at} />
      </Text>
      {again.isError && <Failure error={again.error} />}
      <Group>
        <RouteButton to="/projects/$projectId/settings" params={params}>
          {words.fix}
        </RouteButton>
        <Button variant="default" loading={again.isPending} onClick={() => again.mutate()}>
          {words.retry}
        </Button>
      </Group>
    </Stack>
  );
}

/** A project without a repository: how a folder gets into it. */
export function EmptyProject({ project }: { project: ProjectOut }) {
  const command = words.command(project.id);
  return (
    <Stack>
      <Title order={3} size="h4">
        {words.emptyTitle}
      </Title>
      <Text size="sm">{words.emptyText}</Text>
      <Title order={4} size="h5">
        {words.desktopWay}
      </Title>
      <Text size="sm">{words.desktopText}</Text>
      {isDesktop && (
        <RouteButton to="/folders" style={{ alignSelf: "flex-start" }}>
          {words.toFolders}
        </RouteButton>
      )}
      <Title order={4} size="h5">
        {words.shellWay}
      </Title>
      <Group gap="xs" wrap="nowrap" align="stretch">
        <Code block flex={1} style={{ overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}>
          {command}
        </Code>
        <CopyButton value={command}>
          {({ copied, copy }) => (
            <Button variant="default" h="auto" onClick={copy}>
              {copied ? common.copied : common.copy}
            </Button>
          )}
        </CopyButton>
      </Group>
      <RouteButton to="/projects/$projectId" params={{ projectId: project.id }} variant="default">
        {words.open}
      </RouteButton>
    </Stack>
  );
}
