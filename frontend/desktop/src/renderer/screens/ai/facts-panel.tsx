import { Card, Stack, Table, Text, Title } from "@mantine/core";
import type { AiResultOut } from "@shared/api/schema.ts";
import { Facts } from "@/components/facts.tsx";
import { Hash } from "@/components/hash.tsx";
import { ai } from "@/strings/ai.ts";
import { aiResult } from "@/strings/ai-result.ts";
import { costOf } from "./money.ts";

/** Who answered, at which state of the code, at what price. */
export function FactsPanel({ job }: { job: AiResultOut }) {
  return (
    <Card withBorder component="section" aria-labelledby="facts-title">
      <Stack>
        <Title order={2} size="h5" id="facts-title">
          {aiResult.facts}
        </Title>
        <Facts
          label={aiResult.facts}
          facts={[
            [aiResult.provider, job.provider === null ? "–" : `${job.provider} (${job.model ?? "?"})`],
            [aiResult.tokens, aiResult.tokensValue(job.input_tokens, job.output_tokens)],
            [aiResult.cost, costOf(job)],
            [ai.commit, <MaybeHash key="commit" value={job.commit} />],
            [ai.manifest, <MaybeHash key="manifest" value={job.manifest_hash} />],
            [aiResult.resultHash, <MaybeHash key="result" value={job.result_sha256} />],
          ]}
        />
        <Attempts job={job} />
      </Stack>
    </Card>
  );
}

function MaybeHash({ value }: { value: string | null }) {
  return value === null ? "–" : <Hash value={value} length={16} />;
}

function Attempts({ job }: { job: AiResultOut }) {
  if (job.provider_attempts.length === 0) return null;
  return (
    <Table.ScrollContainer minWidth={480} type="native">
      <Table captionSide="top" verticalSpacing={6}>
        <Table.Caption ta="left" mt={0}>
          {aiResult.attempts}
        </Table.Caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{aiResult.provider}</Table.Th>
            <Table.Th scope="col">{ai.model}</Table.Th>
            <Table.Th scope="col">{aiResult.outcome}</Table.Th>
            <Table.Th scope="col" ta="right">
              {aiResult.seconds}
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {job.provider_attempts.map((attempt, index) => (
            <Table.Tr key={index}>
              <Table.Th scope="row" fw={500}>
                {attempt.provider}
              </Table.Th>
              <Table.Td>{attempt.model}</Table.Td>
              <Table.Td>
                {attempt.outcome.replaceAll("_", " ")}
                {attempt.code !== null && attempt.code !== undefined && (
                  <Text size="xs" c="dimmed">
                    {attempt.code}: {attempt.message}
                  </Text>
                )}
              </Table.Td>
              <Table.Td ta="right">{attempt.seconds.toFixed(2)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
