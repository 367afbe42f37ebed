import { List, SimpleGrid, Stack, Text } from "@mantine/core";
import type { ChangedNamesOut, ChangesOut } from "@shared/api/schema.ts";
import { visible } from "@shared/text/invisible.ts";
import { fileSize } from "@/components/file-size.ts";
import { preview as words } from "@/strings/previews.ts";

const SHOWN = 20;
const size = (bytes: number | null) => (bytes === null ? "–" : fileSize(bytes));

/** What changed between two bundles: files, modules, bytes. */
export function Changes({ changes }: { changes: ChangesOut }) {
  return (
    <Stack gap="xs">
      <Text size="sm">
        {words.bundleBytes}: {words.sizes(size(changes.bundle_bytes.before), size(changes.bundle_bytes.after))}
      </Text>
      {changes.notes.map((note) => (
        <Text key={note} size="sm" c="dimmed">
          {note}
        </Text>
      ))}
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        {changes.files !== null && <Names title={words.files} names={changes.files} />}
        {changes.modules !== null && <Names title={words.modules} names={changes.modules} />}
      </SimpleGrid>
    </Stack>
  );
}

function Names({ title, names }: { title: string; names: ChangedNamesOut }) {
  const shown = names.shown.slice(0, SHOWN);
  return (
    <div>
      <Text size="sm" fw={600}>
        {title}: {words.total(names.total)}
      </Text>
      <List size="sm" listStyleType="none">
        {shown.map(({ path, change, before, after }) => (
          <List.Item key={path} style={{ overflowWrap: "anywhere" }}>
            <Text span c="dimmed" size="xs">
              {words.changeNames[change] ?? change}{" "}
            </Text>
            <Text span ff="monospace" size="xs">
              {visible(path)}
            </Text>
            {before !== after && (
              <Text span c="dimmed" size="xs">
                {" "}
                {words.sizes(size(before), size(after))}
              </Text>
            )}
          </List.Item>
        ))}
      </List>
      {names.total > shown.length && (
        <Text size="xs" c="dimmed">
          {words.moreNames(names.total - shown.length)}
        </Text>
      )}
    </div>
  );
}
