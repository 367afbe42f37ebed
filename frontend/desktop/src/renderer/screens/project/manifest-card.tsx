import { Button, Card, Group, Modal, Select, Stack, Table, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ManifestSummaryOut } from "@shared/api/schema.ts";
import { CodeText } from "@/components/code-text.tsx";
import { Facts } from "@/components/facts.tsx";
import { Hash } from "@/components/hash.tsx";
import { MoreButton } from "@/components/listing.tsx";
import { fileSize } from "@/components/file-size.ts";
import { count } from "@shared/text/count.ts";
import { Failure, Loading } from "@/components/states.tsx";
import { Time } from "@/components/time.tsx";
import { TableHead } from "@/components/table-head.tsx";
import { useListing } from "@/data/listing.ts";
import { manifestDiffQuery, manifestQuery, versionsQuery } from "@/data/overview.ts";
import { common } from "@/strings/common.ts";
import { overview } from "@/strings/overview.ts";

/** The newest manifest, and from here its history and what changed between two. */
export function ManifestCard({ projectId }: { projectId: string }) {
  const manifest = useQuery(manifestQuery(projectId));
  const [isOpen, dialog] = useDisclosure(false);
  if (manifest.data === undefined) return null;
  const { version, hash, commit, created_at: made } = manifest.data;
  return (
    <Card withBorder component="section" aria-labelledby="manifest-title">
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={2} size="h5" id="manifest-title">
            {overview.manifest}
          </Title>
          <Button size="compact-sm" variant="default" onClick={dialog.open}>
            {overview.versions}
          </Button>
        </Group>
        <Facts
          label={overview.manifest}
          facts={[
            [overview.version(version), <Time key="made" at={made} />],
            [overview.hash, <Hash key="hash" value={hash} length={16} />],
            [overview.commit, <Hash key="commit" value={commit} />],
          ]}
        />
      </Stack>
      <Modal opened={isOpen} onClose={dialog.close} title={overview.versions} size="xl" closeButtonProps={{ "aria-label": common.close }}>
        {isOpen && <Versions projectId={projectId} />}
      </Modal>
    </Card>
  );
}

function Versions({ projectId }: { projectId: string }) {
  const { query: versions, items } = useListing(versionsQuery(projectId));
  const [ends, setEnds] = useState<{ from: string | null; to: string | null }>({ from: null, to: null });
  if (items === undefined) {
    return versions.isError ? <Failure error={versions.error} retry={() => void versions.refetch()} /> : <Loading lines={5} />;
  }
  const to = ends.to ?? items[0]?.version.toString() ?? null;
  const from = ends.from ?? items[1]?.version.toString() ?? to;
  const choices = items.map((one) => ({ value: String(one.version), label: overview.version(one.version) }));
  return (
    <Stack>
      <VersionTable items={items} />
      <MoreButton query={versions} />
      <Group>
        <Select label={overview.compareFrom} data={choices} value={from} allowDeselect={false} onChange={(value) => setEnds({ from: value, to })} />
        <Select label={overview.compareTo} data={choices} value={to} allowDeselect={false} onChange={(value) => setEnds({ from, to: value })} />
      </Group>
      {from !== null && to !== null && from !== to && <Changes projectId={projectId} from={from} to={to} />}
    </Stack>
  );
}

function VersionTable({ items }: { items: readonly ManifestSummaryOut[] }) {
  return (
    <Table.ScrollContainer minWidth={560} maxHeight={240} type="native" tabIndex={0} role="region" aria-label={overview.versions}>
      <Table fz="sm">
        <TableHead columns={[overview.versionColumn, overview.ref, overview.hash, overview.fileCount, overview.totalSize, overview.made]} />
        <Table.Tbody>
          {items.map((one) => (
            <Table.Tr key={one.id}>
              <Table.Th scope="row">{one.version}</Table.Th>
              <Table.Td style={{ overflowWrap: "anywhere" }}>
                <CodeText text={one.ref} />
              </Table.Td>
              <Table.Td>
                <Hash value={one.hash} />
              </Table.Td>
              <Table.Td>{count(one.file_count)}</Table.Td>
              <Table.Td>{fileSize(one.total_bytes)}</Table.Td>
              <Table.Td>
                <Time at={one.created_at} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Changes({ projectId, from, to }: { projectId: string; from: string; to: string }) {
  const diff = useInfiniteQuery(manifestDiffQuery(projectId, from, to));
  const first = diff.data?.pages[0];
  if (first === undefined) return diff.isError ? <Failure error={diff.error} retry={() => void diff.refetch()} /> : <Loading lines={4} />;
  const items = diff.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Stack gap="xs">
      <Text size="sm" aria-live="polite">
        <b>{overview.compared(first.from.version, first.to.version)}</b>: {items.length === 0 ? overview.noChange : overview.counts(first.counts)}
        {!first.is_complete && ` ${overview.incomplete}`}
      </Text>
      {items.length > 0 && (
        <Table.ScrollContainer minWidth={420} maxHeight={300} type="native" tabIndex={0} role="region" aria-label={overview.compare}>
          <Table fz="sm">
            <TableHead columns={[overview.change, overview.path]} />
            <Table.Tbody>
              {items.map((one) => (
                <Table.Tr key={`${one.change} ${one.path}`}>
                  <Table.Td>{one.change}</Table.Td>
                  <Table.Th scope="row" fw={400} style={{ overflowWrap: "anywhere" }}>
                    <CodeText text={one.path} />
                    {one.old_path !== null && (
                      <Text size="xs" c="dimmed">
                        <CodeText text={overview.renamedFrom(one.old_path)} />
                      </Text>
                    )}
                  </Table.Th>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      <MoreButton query={diff} />
    </Stack>
  );
}
