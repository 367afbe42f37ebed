import { Button, SimpleGrid, Stack, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { FactsOut } from "@shared/api/schema.ts";
import { visible } from "@shared/text/invisible.ts";
import { Answer } from "@/components/answer.tsx";
import { RouteLink } from "@/components/link.tsx";
import { Section } from "@/components/section.tsx";
import { TableHead } from "@/components/table-head.tsx";
import { comparisonQuery } from "@/data/previews.ts";
import { preview as words, previews } from "@/strings/previews.ts";
import { Changes } from "./changes.tsx";
import { Picture } from "./picture.tsx";

interface ComparisonProps {
  projectId: string;
  left: string;
  right: string;
  onClose: () => void;
}

/** Two previews beside each other: their first screens, the facts that differ, and what changed. */
export function Comparison({ projectId, left, right, onClose }: ComparisonProps) {
  const comparison = useQuery(comparisonQuery(projectId, left, right));
  return (
    <Section title={words.comparison}>
      <Button variant="default" size="xs" style={{ alignSelf: "flex-start" }} onClick={onClose}>
        {words.closeComparison}
      </Button>
      <Answer query={comparison}>
        {(found) => (
          <Stack>
            <SimpleGrid cols={2}>
              <Side name={words.left} facts={found.left} />
              <Side name={words.right} facts={found.right} />
            </SimpleGrid>
            <Differences differences={found.differences} />
            <Title order={3} size="h5">
              {words.changesBetween}
            </Title>
            <Changes changes={found.changes} />
          </Stack>
        )}
      </Answer>
    </Section>
  );
}

function Side({ name, facts }: { name: string; facts: FactsOut }) {
  const { project_id: projectId, job_id: jobId } = facts;
  return (
    <Stack gap="xs" miw={0}>
      <Title order={3} size="h5" style={{ overflowWrap: "anywhere" }}>
        {name}:{" "}
        <RouteLink to="/projects/$projectId/previews/$jobId" params={{ projectId, jobId }} inherit>
          {previews.name(facts.git_ref === null ? null : visible(facts.git_ref), facts.commit?.slice(0, 7) ?? jobId.slice(-6))}
        </RouteLink>
      </Title>
      <Picture projectId={projectId} jobId={jobId} isReady={facts.has_picture} />
    </Stack>
  );
}

function Differences({ differences }: { differences: readonly { name: string; left: string | null; right: string | null }[] }) {
  if (differences.length === 0) return <Text size="sm">{words.same}</Text>;
  return (
    <Table.ScrollContainer minWidth={480}>
      <Table captionSide="top" layout="fixed">
        <Table.Caption ta="left">{words.differences}</Table.Caption>
        <TableHead columns={[words.fact, words.left, words.right]} />
        <Table.Tbody>
          {differences.map(({ name, left, right }) => (
            <Table.Tr key={name} style={{ overflowWrap: "anywhere" }}>
              <Table.Th scope="row">{name.replaceAll("_", " ")}</Table.Th>
              <Table.Td ff="monospace">{visible(left ?? "–")}</Table.Td>
              <Table.Td ff="monospace">{visible(right ?? "–")}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
