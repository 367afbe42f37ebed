import { Alert, Button, Card, Group, Stack, Table, Text, Title } from "@mantine/core";
import { useState } from "react";
import type { AiResult, Skipped, Suggestion } from "@shared/ai/results.ts";
import type { AiResultOut } from "@shared/api/schema.ts";
import { CodeText } from "@/components/code-text.tsx";
import { RouteButton, RouteLink } from "@/components/link.tsx";
import { Markdown } from "@/components/markdown/markdown.tsx";
import { Empty } from "@/components/states.tsx";
import { TableHead } from "@/components/table-head.tsx";
import { ai } from "@/strings/ai.ts";
import { aiResult } from "@/strings/ai-result.ts";
import { Receipts } from "./receipts.tsx";

interface AnswerViewProps {
  projectId: string;
  job: AiResultOut;
  result: AiResult;
}

// A repository's documentation can be thousands of texts; each is an article with receipts.
const AT_ONCE = 40;

/** The answer: its texts, each with what it rests on; what was left alone; and the proposal it became. */
export function AnswerView({ projectId, job, result }: AnswerViewProps) {
  const [shown, setShown] = useState(AT_ONCE);
  const hidden = result.suggestions.length - shown;
  return (
    <Stack gap="md">
      {job.proposal_id !== null && <ProposalNote projectId={projectId} proposalId={job.proposal_id} />}
      <Text size="sm" c="dimmed">
        {aiResult.supported(result.supported)}, {aiResult.unsupported(result.unsupported)}
      </Text>
      {result.suggestions.length === 0 && <Empty title={aiResult.noSuggestions}>{aiResult.noSuggestionsText}</Empty>}
      {result.suggestions.slice(0, shown).map((suggestion, index) => (
        <SuggestionCard key={index} projectId={projectId} commit={job.commit ?? ""} suggestion={suggestion} />
      ))}
      {hidden > 0 && (
        <Button variant="default" style={{ alignSelf: "center" }} onClick={() => setShown(shown + AT_ONCE)}>
          {aiResult.showMore(Math.min(hidden, AT_ONCE))}
        </Button>
      )}
      <SkippedTable skipped={result.skipped} />
    </Stack>
  );
}

function ProposalNote({ projectId, proposalId }: { projectId: string; proposalId: string }) {
  return (
    <Alert variant="light" color="honey">
      <Group justify="space-between">
        <Text size="sm" flex="1 1 16rem">
          {aiResult.proposalAbout}
        </Text>
        <RouteButton to="/projects/$projectId/reviews/$proposalId" params={{ projectId, proposalId }}>
          {aiResult.proposal}
        </RouteButton>
      </Group>
    </Alert>
  );
}

function SuggestionCard({ projectId, commit, suggestion }: { projectId: string; commit: string; suggestion: Suggestion }) {
  const { kind, path, symbol, startLine, endLine, text, newName } = suggestion;
  return (
    <Card withBorder component="article">
      <Stack gap="sm">
        <Group justify="space-between" align="baseline">
          <Title order={2} size="h5" style={{ overflowWrap: "anywhere" }}>
            {newName === null ? <CodeText text={symbol ?? path} /> : <CodeText text={aiResult.newName(symbol ?? "", newName)} />}
          </Title>
          <Group gap="xs">
            <PlaceLink projectId={projectId} commit={commit} path={path} lines={startLine === null ? null : [startLine, endLine ?? startLine]} />
            {newName !== null && startLine !== null && (
              <RouteButton
                to="/projects/$projectId/rename"
                params={{ projectId }}
                search={{ path, line: String(startLine), name: newName, query: (symbol ?? "").split(".").at(-1) ?? "" }}
                size="compact-xs"
                variant="light"
              >
                {aiResult.rename}
              </RouteButton>
            )}
          </Group>
        </Group>
        {kind === "documentation" ? (
          <Text size="sm" style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
            <CodeText text={text} />
          </Text>
        ) : (
          <Markdown text={text} />
        )}
        <Receipts projectId={projectId} commit={commit} receipts={suggestion.receipts} />
      </Stack>
    </Card>
  );
}

function PlaceLink({ projectId, commit, path, lines }: { projectId: string; commit: string; path: string; lines: readonly [number, number] | null }) {
  const place = lines === null ? {} : { line: String(lines[0]), end: String(lines[1]) };
  return (
    <RouteLink to="/projects/$projectId/files" params={{ projectId }} search={{ path, ref: commit, ...place }} size="sm">
      <CodeText text={path} />
      {lines !== null && `, ${aiResult.lines(lines[0], lines[1])}`}
    </RouteLink>
  );
}

function SkippedTable({ skipped }: { skipped: readonly Skipped[] }) {
  if (skipped.length === 0) return null;
  return (
    <Table.ScrollContainer minWidth={420} maxHeight={320} type="native" tabIndex={0} role="region" aria-label={aiResult.skipped}>
      <Table captionSide="top" verticalSpacing={6}>
        <Table.Caption ta="left" mt={0}>
          {aiResult.skipped}
        </Table.Caption>
        <TableHead columns={[ai.file, aiResult.symbol, ai.reason]} />
        <Table.Tbody>
          {skipped.map((one, index) => (
            <Table.Tr key={index}>
              <Table.Th scope="row" fw={400} style={{ overflowWrap: "anywhere" }}>
                <CodeText text={one.path} />
              </Table.Th>
              <Table.Td>{one.symbol === null ? aiResult.wholeFile : <CodeText text={one.symbol} />}</Table.Td>
              <Table.Td>{one.reason}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
