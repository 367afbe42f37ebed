import { Button, Card, Group, Stack, Table, Text, Title } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { differences } from "@shared/ai/differences.ts";
import { unwrap } from "@shared/api/client.ts";
import type { AiResultOut, ReplayOut } from "@shared/api/schema.ts";
import { CodeText } from "@/components/code-text.tsx";
import { Facts } from "@/components/facts.tsx";
import { Hash } from "@/components/hash.tsx";
import { Notice } from "@/components/notice.tsx";
import { Failure } from "@/components/states.tsx";
import { api } from "@/data/environment.ts";
import { aiResult } from "@/strings/ai-result.ts";

/** Works the recorded answer out again and says whether every byte is the same. */
export function ReplayPanel({ job }: { job: AiResultOut }) {
  const replay = useMutation({
    mutationFn: () => unwrap(api.POST("/api/v1/ai/jobs/{job_id}/replay", { params: { path: { job_id: job.job_id } } })),
  });
  return (
    <Card withBorder component="section" aria-labelledby="replay-title">
      <Stack gap="sm">
        <Group justify="space-between">
          <Stack gap={2} flex="1 1 16rem">
            <Title order={2} size="h5" id="replay-title">
              {aiResult.replay}
            </Title>
            <Text size="sm" c="dimmed">
              {aiResult.replayAbout}
            </Text>
          </Stack>
          <Button variant="default" loading={replay.isPending} onClick={() => replay.mutate()}>
            {aiResult.replay}
          </Button>
        </Group>
        <div aria-live="polite">
          {replay.isError && <Failure error={replay.error} />}
          {replay.data !== undefined && <Compared job={job} replayed={replay.data} />}
        </div>
      </Stack>
    </Card>
  );
}

function Compared({ job, replayed }: { job: AiResultOut; replayed: ReplayOut }) {
  const found = replayed.identical ? [] : differences(job.result, replayed.result);
  return (
    <Stack gap="sm">
      <Notice tone={replayed.identical ? "good" : "bad"}>{replayed.identical ? aiResult.identical : aiResult.different}</Notice>
      <Facts
        label={aiResult.replay}
        facts={[
          [aiResult.recorded, <Hash key="recorded" value={replayed.recorded_sha256} length={24} />],
          [aiResult.replayed, <Hash key="replayed" value={replayed.replayed_sha256} length={24} />],
        ]}
      />
      {found.length > 0 && (
        <Table aria-label={aiResult.differsAt} fz="sm">
          <Table.Tbody>
            {found.map((one) => (
              <Table.Tr key={one.at} style={{ overflowWrap: "anywhere" }}>
                <Table.Th scope="row">{one.at}</Table.Th>
                <Table.Td c="var(--hs-removed)">
                  <CodeText text={one.before} />
                </Table.Td>
                <Table.Td c="var(--hs-added)">
                  <CodeText text={one.after} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Stack>
  );
}
