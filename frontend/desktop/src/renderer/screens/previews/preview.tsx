import { Button, Group, SimpleGrid, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { PreviewStatusOut, ProjectOut, SessionIn } from "@shared/api/schema.ts";
import { visible } from "@shared/text/invisible.ts";
import { Answer } from "@/components/answer.tsx";
import { RouteLink } from "@/components/link.tsx";
import { Page } from "@/components/page.tsx";
import { Section } from "@/components/section.tsx";
import { Failure } from "@/components/states.tsx";
import { StatusBadge } from "@/components/status-badge.tsx";
import { Time } from "@/components/time.tsx";
import { cancelJob } from "@/data/jobs.ts";
import { may } from "@/data/permissions.ts";
import { isUnderWay, previewAboutQuery, previewStatusQuery, startBuild, useHeldToken } from "@/data/previews.ts";
import { projectQuery } from "@/data/projects.ts";
import { preview as words, previews } from "@/strings/previews.ts";
import { About } from "./about.tsx";
import { BuildLog } from "./build-log.tsx";
import { BundleActions } from "./bundle-actions.tsx";
import { FailedBuild } from "./failed-build.tsx";
import { MilestoneSteps } from "./milestone-steps.tsx";
import { Picture } from "./picture.tsx";
import { useShowPreview } from "./start-dialog.tsx";
import { TokenPanel } from "./token-panel.tsx";
import { Ways } from "./ways.tsx";

const route = getRouteApi("/shell/projects/$projectId/previews/$jobId");

/** One preview: how far it is, how to open it, what it is, what it said. */
export function Preview() {
  const { projectId, jobId } = route.useParams();
  const project = useQuery(projectQuery(projectId));
  const status = useQuery(previewStatusQuery(projectId, jobId));
  return (
    <Answer query={project}>
      {(found) => <Answer query={status}>{(standing) => <Shown key={jobId} project={found} status={standing} />}</Answer>}
    </Answer>
  );
}

function Shown({ project, status }: { project: ProjectOut; status: PreviewStatusOut }) {
  const { job_id: jobId, bundle } = status;
  const isLive = bundle?.status === "live";
  const shown = bundle !== null && !isLive ? bundle.status : status.status;
  return (
    <Page
      title={words.title(previews.platforms[status.platform] ?? status.platform)}
      about={
        <Group gap="xs">
          <RouteLink to="/projects/$projectId/previews" params={{ projectId: project.id }} size="sm">
            {words.back}
          </RouteLink>
          <StatusBadge status={shown} label={previews.states[shown] ?? shown} />
          <Time at={status.created_at} />
        </Group>
      }
      actions={<Actions project={project} status={status} />}
    >
      <Stack>
        <Section title={words.milestones}>
          <MilestoneSteps status={status} />
        </Section>
        {status.error !== null && status.status === "failed" && <FailedBuild projectId={project.id} error={status.error} />}
        <CodePanel project={project} status={status} />
        {isLive && (
          <SimpleGrid cols={{ base: 1, md: 2 }}>
            <Section title={words.picture}>
              <Picture projectId={project.id} jobId={jobId} isReady={isLive} />
            </Section>
            <Ways projectId={project.id} jobId={jobId} />
          </SimpleGrid>
        )}
        {bundle !== null && bundle.status !== "purged" && <About projectId={project.id} jobId={jobId} />}
        <BuildLog projectId={project.id} jobId={jobId} isGrowing={isUnderWay(status.status)} />
      </Stack>
    </Page>
  );
}

function Actions({ project, status }: { project: ProjectOut; status: PreviewStatusOut }) {
  const client = useQueryClient();
  const stopping = useMutation({
    mutationFn: () => cancelJob(status.job_id),
    onSuccess: () => void client.invalidateQueries({ queryKey: ["previews", project.id] }),
  });
  return (
    <Stack gap="xs">
      {isUnderWay(status.status) && (
        <Button variant="default" size="xs" loading={stopping.isPending} onClick={() => stopping.mutate()}>
          {words.cancel}
        </Button>
      )}
      {stopping.isError && <Failure error={stopping.error} />}
      <BundleActions project={project} status={status} />
    </Stack>
  );
}

/** The code that was told when the preview was started, or the way to another one. */
function CodePanel({ project, status }: { project: ProjectOut; status: PreviewStatusOut }) {
  const held = useHeldToken(status.job_id);
  const about = useQuery({ ...previewAboutQuery(project.id, status.job_id), enabled: status.bundle !== null });
  const show = useShowPreview(project.id);
  const renewing = useMutation({
    mutationFn: async (asked: SessionIn) => {
      const started = await startBuild(asked);
      return show(started.jobId, started);
    },
  });
  const ref = about.data?.git_ref;
  const asked: SessionIn = held?.asked ?? {
    project_id: project.id,
    platform: status.platform as SessionIn["platform"],
    source: "worker",
    bytecode: false,
    ...(ref != null && { git_ref: ref }),
  };
  // Another code for a bundle that somebody sent would have the app built in its place.
  const isBuilt = asked.source === "worker" && status.kind === "preview.build";
  const renew = isBuilt && may(project.role, "preview") && !isUnderWay(status.status) && (
    <Button size="xs" variant="default" loading={renewing.isPending} onClick={() => renewing.mutate(asked)}>
      {status.status === "success" ? words.renew : words.again}
    </Button>
  );
  return (
    <Section title={words.code} about={isBuilt ? words.renewAbout(asked.git_ref == null ? previews.gitRefDefault : visible(asked.git_ref)) : undefined}>
      {held === null ? (
        <Group>
          <Text size="sm">{words.noCode}</Text>
          {renew}
        </Group>
      ) : (
        <TokenPanel opened={held.opened} renew={renew} />
      )}
      {renewing.isError && <Failure error={renewing.error} />}
    </Section>
  );
}
