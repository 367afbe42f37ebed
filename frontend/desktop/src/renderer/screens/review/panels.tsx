import { Alert, Card, Code, Group, List, SimpleGrid, Stack, Table, Text, Timeline, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { PlacedHunk, Proposal } from "@shared/review/proposal.ts";
import { counted } from "@shared/text/count.ts";
import { CodeText } from "@/components/code-text.tsx";
import { Hash } from "@/components/hash.tsx";
import { RouteLink } from "@/components/link.tsx";
import { Empty, Failure, Loading } from "@/components/states.tsx";
import { Time } from "@/components/time.tsx";
import { useNames } from "@/data/members.ts";
import { NOTE_KINDS, review, why } from "@/strings/review.ts";
import { effectsQuery, type EffectRecord } from "./data.ts";

interface Note {
  readonly kind: string;
  readonly path: string;
  readonly line: number | null;
  readonly said: string;
}

const text = (value: unknown) => (typeof value === "string" ? value : "");

/** Notes come from documentation, renames and undoing, each with words of its own. */
function notesOf(proposal: Pick<Proposal, "notes">): readonly Note[] {
  return proposal.notes.map((note) => {
    const facts = typeof note === "object" && note !== null ? (note as Record<string, unknown>) : { reason: String(note) };
    const symbol = text(facts["symbol"]);
    const from = text(facts["from"]);
    const words = [symbol, text(facts["why"]), text(facts["reason"]), text(facts["text"]), from];
    return {
      kind: text(facts["kind"]) || "left_alone",
      path: text(facts["path"]),
      line: typeof facts["line"] === "number" && facts["line"] > 0 ? facts["line"] : null,
      said: words.filter((word) => word !== "").join(" · "),
    };
  });
}

export function Notes({ proposal }: { proposal: Proposal }) {
  const notes = notesOf(proposal);
  if (notes.length === 0) return <Empty title={review.noNotes} />;
  const kinds = [...new Set([...Object.keys(NOTE_KINDS), ...notes.map((note) => note.kind)])].filter((kind) => notes.some((note) => note.kind === kind));
  return (
    <Stack>
      {kinds.map((kind) => (
        <section key={kind}>
          <Title order={2} size="h5">
            {NOTE_KINDS[kind] ?? kind}
          </Title>
          <List size="sm">
            {notes
              .filter((note) => note.kind === kind)
              .map((note, index) => (
                <List.Item key={index}>
                  {note.path !== "" && (
                    <RouteLink
                      to="/projects/$projectId/files"
                      params={{ projectId: proposal.project_id }}
                      search={{ path: note.path, ref: proposal.base_commit, ...(note.line !== null && { line: String(note.line) }) }}
                      ff="monospace"
                      fz="xs"
                    >
                      <CodeText text={note.line === null ? note.path : `${note.path}:${note.line}`} />
                    </RouteLink>
                  )}{" "}
                  <CodeText text={note.said} />
                </List.Item>
              ))}
          </List>
        </section>
      ))}
    </Stack>
  );
}

/** What undoing does, in four numbers, before anybody approves it. */
export function UndoSplit({ proposal, hunks }: { proposal: Proposal; hunks: readonly PlacedHunk[] }) {
  const notes = notesOf(proposal);
  const of = (kind: string) => notes.filter((note) => note.kind === kind).length;
  const parts = [
    { label: review.clean, number: hunks.filter(({ hunk }) => hunk.selectable).length, about: review.cleanAbout },
    { label: review.conflicts, number: of("conflict"), about: review.conflictsAbout },
    { label: review.kept, number: of("kept"), about: review.keptAbout },
    { label: review.alreadyUndone, number: of("already_undone"), about: review.alreadyUndoneAbout },
  ];
  return (
    <section aria-label={review.split3}>
      <SimpleGrid cols={{ base: 2, sm: 4 }}>
        {parts.map((part) => (
          <Card key={part.label} withBorder padding="sm">
            <Text fw={700} size="xl">
              {part.number}
            </Text>
            <Text fw={600}>{part.label}</Text>
            <Text size="xs" c="dimmed">
              {part.about}
            </Text>
          </Card>
        ))}
      </SimpleGrid>
    </section>
  );
}

/** What moved under a proposal, and that nothing was applied. */
export function Stale({ details }: { details: Readonly<Record<string, unknown>> }) {
  const reason = String(details["reason"] ?? "");
  const paths = Array.isArray(details["paths"]) ? details["paths"].map(String) : [];
  const diff = typeof details["diff"] === "string" ? details["diff"] : "";
  return (
    <Alert color="orange" styles={{ title: { color: "var(--mantine-color-text)" } }} title={review.staleTitle} role="alert">
      <Stack gap="xs">
        <Text size="sm">
          {review.staleReasons[reason] ?? reason} {review.staleText}
        </Text>
        {paths.length > 0 && (
          <List size="sm" aria-label={review.stalePaths}>
            {paths.map((path) => (
              <List.Item key={path}>
                <CodeText text={path} />
              </List.Item>
            ))}
          </List>
        )}
        {diff !== "" && (
          <Code block mah={320} style={{ overflow: "auto" }} tabIndex={0} aria-label={review.stalePaths}>
            <CodeText text={diff} />
          </Code>
        )}
        {details["diff_truncated"] === true && <Text size="xs">{review.staleCut}</Text>}
      </Stack>
    </Alert>
  );
}

export function DecisionLog({ proposal }: { proposal: Proposal }) {
  const nameOf = useNames(proposal.project_id);
  if (proposal.decisions.length === 0) return <Empty title={review.noDecisions} />;
  return (
    <Table>
      <Table.Tbody>
        {proposal.decisions.map((decision) => (
          <Table.Tr key={decision.created_at}>
            <Table.Td>
              <CodeText text={nameOf(decision.actor_id, review.somebody)} /> {review.decided[decision.verdict] ?? decision.verdict}{" "}
              {decision.verdict === "approve" && counted(decision.hunk_ids.length, "hunk")}
              {decision.reason !== null && (
                <Text size="sm" c="dimmed">
                  <CodeText text={decision.reason} />
                </Text>
              )}
            </Table.Td>
            <Table.Td>
              {review.boundTo} <Hash value={decision.digest} />
            </Table.Td>
            <Table.Td>
              <Time at={decision.created_at} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

/** From who asked to the commit: the ledger's records about a proposal and about the job that made it. */
export function Why({ proposal }: { proposal: Proposal }) {
  const own = useQuery(effectsQuery(proposal.project_id, "proposal", proposal.id));
  const jobId = own.data?.find((effect) => effect.action === "proposal.opened")?.job_id ?? null;
  const subject = proposal.ai_job_id === null ? "job" : "ai_job";
  const asked = useQuery({ ...effectsQuery(proposal.project_id, subject, jobId ?? ""), enabled: jobId !== null });
  if (own.isError) return <Failure error={own.error} retry={() => void own.refetch()} />;
  if (own.data === undefined) return <Loading lines={5} />;
  const steps = [...(asked.data ?? []), ...own.data].sort((one, other) => one.seq - other.seq);
  if (steps.length === 0) return <Empty title={why.empty} />;
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        {why.about}
      </Text>
      {proposal.reverts_proposal_id !== null && <Undoes proposal={proposal} />}
      <Timeline active={steps.length} bulletSize={14} lineWidth={2}>
        {steps.map((step) => (
          <Timeline.Item key={step.seq} title={<CodeText text={step.summary} />}>
            <StepFacts step={step} proposal={proposal} />
          </Timeline.Item>
        ))}
      </Timeline>
    </Stack>
  );
}

export function Undoes({ proposal }: { proposal: Proposal }) {
  if (proposal.reverts_proposal_id === null) return null;
  return (
    <Text size="sm">
      {review.undoes}{" "}
      <RouteLink
        to="/projects/$projectId/reviews/$proposalId"
        params={{ projectId: proposal.project_id, proposalId: proposal.reverts_proposal_id }}
        inherit
      >
        {review.undoesLink}
      </RouteLink>
    </Text>
  );
}

function StepFacts({ step, proposal }: { step: EffectRecord; proposal: Proposal }) {
  const commit = step.after?.["commit"];
  const isAsked = step.subject === "job" || step.subject === "ai_job";
  return (
    <Group gap="sm" fz="sm" c="dimmed">
      <Time at={step.at} />
      {step.approval !== null && (
        <span>
          {why.digest} <Hash value={step.approval} />
        </span>
      )}
      {typeof commit === "string" && (
        <span>
          {why.commit} <Hash value={commit} />
        </span>
      )}
      {isAsked && (
        <RouteLink
          to={proposal.ai_job_id === null ? "/projects/$projectId/rename/$jobId" : "/projects/$projectId/ai/$jobId"}
          params={{ projectId: proposal.project_id, jobId: step.subject_id }}
          inherit
        >
          {why.job}
        </RouteLink>
      )}
      <span>
        {why.record} <Hash value={step.hash} />
      </span>
    </Group>
  );
}
