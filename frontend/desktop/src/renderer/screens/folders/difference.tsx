import { Button, Group, List, SimpleGrid, Stack, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { visible } from "@shared/text/invisible.ts";
import { Answer } from "@/components/answer.tsx";
import { fileSize } from "@/components/file-size.ts";
import { Section } from "@/components/section.tsx";
import { folders as words } from "@/strings/folders.ts";
import type { Folder, FolderDifference } from "../../../bridge.ts";
import { useBridge, useOperation, value } from "./bridge.ts";
import { OperationView } from "./operation.tsx";

const SHOWN = 50;

/** What differs between a folder and its project, and sending it. */
export function Difference({ folder }: { folder: Folder }) {
  const bridge = useBridge();
  const client = useQueryClient();
  const queryKey = ["folders", folder.id, "difference"];
  const difference = useQuery({ queryKey, queryFn: () => value(bridge.folders.difference(folder.id)), staleTime: 30_000 });
  const sync = useOperation(
    () => bridge.folders.sync(folder.id),
    ["folders", folder.id, "sync"],
    () => void client.invalidateQueries({ queryKey }),
  );
  return (
    <Section title={words.difference}>
      <Answer query={difference}>{(found) => <Found found={found} />}</Answer>
      {folder.has_remote && <Text size="sm">{words.hasRemote}</Text>}
      <Group>
        <Button variant="default" loading={difference.isFetching} onClick={() => void difference.refetch()}>
          {words.compare}
        </Button>
        <Button disabled={folder.has_remote || !folder.exists} loading={sync.isRunning} onClick={sync.start}>
          {words.sync}
        </Button>
      </Group>
      <OperationView operation={sync.operation} error={sync.error} stop={sync.stop} />
    </Section>
  );
}

function Found({ found }: { found: FolderDifference }) {
  const refused = found.refused.map(({ path, reason }) => `${path}: ${reason}`);
  const isSame = found.added.length + found.changed.length + found.removed.length === 0;
  return (
    <Stack gap="xs">
      <Text size="sm" c="dimmed">
        {words.counts(found.unchanged, found.ignored, fileSize(found.bytes_to_send))}
      </Text>
      {isSame && <Text size="sm">{words.same}</Text>}
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Paths title={words.added(found.added.length)} paths={found.added} />
        <Paths title={words.changed(found.changed.length)} paths={found.changed} />
        <Paths title={words.removed(found.removed.length)} paths={found.removed} />
        <Paths title={words.refused(refused.length)} paths={refused} />
      </SimpleGrid>
    </Stack>
  );
}

/** Paths under a heading, the first fifty; nothing where there are none. */
export function Paths({ title, paths }: { title: string; paths: readonly string[] }) {
  if (paths.length === 0) return null;
  return (
    <div>
      <Text size="sm" fw={600}>
        {title}
      </Text>
      <List size="sm" listStyleType="none">
        {paths.slice(0, SHOWN).map((path) => (
          <List.Item key={path} ff="monospace" fz="xs" style={{ overflowWrap: "anywhere" }}>
            {visible(path)}
          </List.Item>
        ))}
      </List>
      {paths.length > SHOWN && (
        <Text size="xs" c="dimmed">
          {words.more(paths.length - SHOWN)}
        </Text>
      )}
    </div>
  );
}
