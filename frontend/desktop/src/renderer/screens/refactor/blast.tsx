import { Card, Group, Stack, Table, Text, Title, useComputedColorScheme } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { CodeText } from "@/components/code-text.tsx";
import { RouteLink } from "@/components/link.tsx";
import { MoreButton } from "@/components/listing.tsx";
import { Failure, Loading } from "@/components/states.tsx";
import { TableHead } from "@/components/table-head.tsx";
import { refactor } from "@/strings/refactor.ts";
import { pictureQuery, referencesQuery, type Reference, type Spot } from "./data.ts";

/** Everything a change of a name would touch, before anything is asked. */
export function Blast({ projectId, spot }: { projectId: string; spot: Spot }) {
  const references = useInfiniteQuery(referencesQuery(projectId, spot));
  if (references.isError) return <Failure error={references.error} retry={() => void references.refetch()} />;
  if (references.data === undefined) return <Loading lines={8} />;
  const [first] = references.data.pages;
  if (first === undefined) return null;
  const { certain, uncertain, is_complete: isComplete, name } = first;
  const items = references.data.pages.flatMap((page) => page.items);
  const files = new Map<string, Reference[]>();
  for (const reference of items) {
    const known = files.get(reference.path);
    if (known === undefined) files.set(reference.path, [reference]);
    else known.push(reference);
  }
  return (
    <Stack component="section" aria-label={refactor.blast}>
      <Title order={2} size="h4">
        {refactor.blast}
      </Title>
      <Text>
        {refactor.counts(certain, uncertain, files.size, references.hasNextPage)}. {!isComplete && refactor.incomplete} {references.hasNextPage && refactor.partial(items.length)}
      </Text>
      <Picture projectId={projectId} spot={spot} name={name} />
      {[...files].map(([path, found]) => (
        <FileReferences key={path} projectId={projectId} path={path} references={found} spot={spot} />
      ))}
      <MoreButton query={references} />
    </Stack>
  );
}

function FileReferences({ projectId, path, references, spot }: { projectId: string; path: string; references: readonly Reference[]; spot: Spot }) {
  return (
    <Card withBorder padding="xs">
      <Table.ScrollContainer minWidth={480}>
        <Table captionSide="top" verticalSpacing={2}>
          <Table.Caption ta="left" mt={0} ff="monospace">
            <CodeText text={path} /> ({references.length})
          </Table.Caption>
          <TableHead columns={[refactor.place, refactor.role, refactor.certainty]} />
          <Table.Tbody>
            {references.map((reference) => (
              <Table.Tr key={`${reference.line}:${reference.column}`}>
                <Table.Td style={{ overflowWrap: "anywhere" }}>
                  <RouteLink
                    to="/projects/$projectId/files"
                    params={{ projectId }}
                    search={{ path, line: String(reference.line), ...(spot.commit !== undefined && { ref: spot.commit }) }}
                    ff="monospace"
                    fz="xs"
                  >
                    {reference.line}
                  </RouteLink>{" "}
                  <Text span ff="monospace" fz="xs">
                    <CodeText text={reference.text.trim()} />
                  </Text>
                </Table.Td>
                <Table.Td>{reference.role.replaceAll("_", " ")}</Table.Td>
                <Table.Td>
                  <Text span size="xs" fw={600} c={reference.certain ? "var(--hs-added)" : "var(--hs-removed)"}>
                    {reference.certain ? refactor.certain : refactor.possible}
                  </Text>{" "}
                  <Text span size="xs" c="dimmed">
                    {reference.how.replaceAll("_", " ")}
                  </Text>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Card>
  );
}

function Picture({ projectId, spot, name }: { projectId: string; spot: Spot; name: string }) {
  const picture = useQuery(pictureQuery(projectId, spot));
  // The picture has colours for both themes and goes by this, not by what the system prefers.
  const scheme = useComputedColorScheme("light");
  // A picture is a help, not the point: without it the list below says it all.
  if (picture.isError) return null;
  const url = picture.data === undefined ? null : `data:image/svg+xml;charset=utf-8,${encodeURIComponent(picture.data)}`;
  return (
    <Card withBorder padding="xs" mih={240}>
      <Group justify="center">{url !== null && <img src={url} alt={refactor.pictureAlt(name)} style={{ maxWidth: "100%", maxHeight: 480, colorScheme: scheme }} />}</Group>
    </Card>
  );
}
