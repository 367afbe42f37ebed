import { Alert, Badge, Card, Code, Group, List, Progress, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { visible } from "@shared/text/invisible.ts";
import { Answer } from "@/components/answer.tsx";
import { CodeText } from "@/components/code-text.tsx";
import { Hash } from "@/components/hash.tsx";
import { RouteButton, RouteLink } from "@/components/link.tsx";
import { Page } from "@/components/page.tsx";
import { Loading } from "@/components/states.tsx";
import { StatusBadge } from "@/components/status-badge.tsx";
import { Time } from "@/components/time.tsx";
import { usePollInterval } from "@/data/live.ts";
import { refactor } from "@/strings/refactor.ts";
import { TIERS, tierLabel } from "@/strings/review.ts";
import { refactorJobQuery, type RefactorJob as Job } from "./data.ts";

const route = getRouteApi("/shell/projects/$projectId/rename/$jobId");

/** How a refactor stands: on its way, waiting as a proposal, or why it was not done. */
export function RefactorJob() {
  const { projectId, jobId } = route.useParams();
  const interval = usePollInterval(true);
  const job = useQuery({ ...refactorJobQuery(jobId), refetchInterval: (query) => (query.state.data?.finished_at == null ? interval : false) });
  return (
    <Answer query={job} loading={<Loading lines={6} />}>
      {(data) => (
        <Page title={visible(titleOf(data))} about={<Facts job={data} />}>
          <Stack>
            {data.finished_at === null && <Moving job={data} />}
            {data.error !== null && <Failed job={data} projectId={projectId} />}
            {data.proposal_id !== null && data.tiers !== null && <Done job={data} projectId={projectId} proposalId={data.proposal_id} />}
          </Stack>
        </Page>
      )}
    </Answer>
  );
}

function titleOf(job: Job): string {
  if (job.pattern != null) return refactor.replaceTitle(job.pattern);
  if (job.to_path != null) return refactor.moveTitle(job.name ?? "", job.to_path);
  return refactor.jobTitle(job.old_name ?? "", job.new_name ?? "");
}

function Facts({ job }: { job: Job }) {
  return (
    <Group gap="sm">
      <StatusBadge status={job.status} />
      <Time at={job.created_at} />
      <Hash value={job.commit} />
      {job.attempt > 1 && <span>{refactor.attempt(job.attempt, job.max_attempts)}</span>}
    </Group>
  );
}

function Moving({ job }: { job: Job }) {
  return (
    <Stack gap={6} role="status">
      <Progress value={Math.max(job.progress * 100, 4)} animated aria-label={refactor.progress} />
      <Text size="sm">
        {job.phase !== null && <b>{job.phase.replaceAll("_", " ")}. </b>}
        {job.why}
      </Text>
    </Stack>
  );
}

interface Where {
  readonly path: string;
  readonly line: number | null;
  readonly said: string;
}

/** The places that an error names, whichever of its details holds them. */
function placesOf(details: Readonly<Record<string, unknown>>): readonly Where[] {
  return Object.values(details).flatMap((value) => (Array.isArray(value) ? value.flatMap((each) => placeOf(each)) : []));
}

function placeOf(value: unknown): Where[] {
  if (typeof value !== "object" || value === null || !("path" in value) || typeof value.path !== "string") return [];
  const facts = value as Record<string, unknown>;
  const said = [facts["reason"], facts["why"], facts["text"], facts["name"]].filter((each) => typeof each === "string");
  return [{ path: value.path, line: typeof facts["line"] === "number" ? facts["line"] : null, said: said.join(" · ") }];
}

function Failed({ job, projectId }: { job: Job; projectId: string }) {
  const places = placesOf(job.error?.details ?? {});
  return (
    <Alert color="red" role="alert" title={refactor.failed}>
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{job.error?.message}</Text>
        <Text size="sm">{job.why}</Text>
        <Code>{job.error?.code}</Code>
        {places.length > 0 && (
          <List size="sm" aria-label={refactor.places}>
            {places.map((place, index) => (
              <List.Item key={index}>
                <RouteLink
                  to="/projects/$projectId/files"
                  params={{ projectId }}
                  search={{ path: place.path, ref: job.commit, ...(place.line !== null && { line: String(place.line) }) }}
                  ff="monospace"
                  fz="xs"
                >
                  <CodeText text={place.line === null ? place.path : `${place.path}:${place.line}`} />
                </RouteLink>{" "}
                <CodeText text={place.said} />
              </List.Item>
            ))}
          </List>
        )}
        <RouteButton
          to="/projects/$projectId/rename"
          params={{ projectId }}
          search={job.path != null && job.line != null && job.column != null ? { path: job.path, line: String(job.line), column: String(job.column) } : {}}
          size="xs"
          variant="default"
        >
          {refactor.tryAnother}
        </RouteButton>
      </Stack>
    </Alert>
  );
}

function Done({ job, projectId, proposalId }: { job: Job; projectId: string; proposalId: string }) {
  const tiers = Object.entries(job.tiers ?? {}).filter(([, number]) => number > 0);
  return (
    <Card withBorder>
      <Stack gap="sm" align="flex-start">
        <Text fw={600}>{refactor.done}</Text>
        <Group gap="md" aria-label={refactor.hunks} role="group">
          {tiers.map(([tier, number]) => (
            <div key={tier}>
              <Badge variant="light" autoContrast tt="none">
                {tierLabel(tier)}: {number}
              </Badge>
              <Text size="xs" c="dimmed" maw={220}>
                {TIERS[tier]?.about}
              </Text>
            </div>
          ))}
        </Group>
        <RouteButton to="/projects/$projectId/reviews/$proposalId" params={{ projectId, proposalId }}>
          {refactor.toReview}
        </RouteButton>
      </Stack>
    </Card>
  );
}
