import { Button, Group, Stack, Text } from "@mantine/core";
import { toast } from "@/components/toast.ts";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { visible } from "@shared/text/invisible.ts";
import { Answer } from "@/components/answer.tsx";
import { Section } from "@/components/section.tsx";
import { Time } from "@/components/time.tsx";
import { folders as words } from "@/strings/folders.ts";
import type { AppliedChange, Folder } from "../../../bridge.ts";
import { useBridge, value } from "./bridge.ts";
import { RefusedBy } from "./proposal.tsx";

const text = (given: unknown) => (typeof given === "string" ? given : null);

/** What was applied to a folder, the newest first, each to be taken back. */
export function AppliedList({ folder }: { folder: Folder }) {
  const bridge = useBridge();
  const applied = useQuery({
    queryKey: ["folders", folder.id, "applied"],
    queryFn: () => value(bridge.folders.applied(folder.id)),
  });
  return (
    <Section title={words.applied}>
      <Answer query={applied}>
        {({ items }) => (
          <Stack gap="xs">
            {items.length === 0 && <Text size="sm">{words.appliedNone}</Text>}
            {items.map((each) => (
              <Applied key={each.applied_id} folder={folder} change={each} />
            ))}
          </Stack>
        )}
      </Answer>
    </Section>
  );
}

function Applied({ folder, change }: { folder: Folder; change: AppliedChange }) {
  const bridge = useBridge();
  const client = useQueryClient();
  const undoing = useMutation({
    mutationFn: () => value(bridge.folders.undo(folder.id, change.applied_id)),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["folders", folder.id] });
      toast(words.undone);
    },
  });
  const title = visible(text(change["title"]) ?? change.applied_id);
  const isUndone = text(change["undone_at"]) !== null;
  return (
    <Stack gap="xs">
      <Group justify="space-between" wrap="nowrap">
        <div style={{ minWidth: 0, overflowWrap: "anywhere" }}>
          <Text size="sm" fw={500}>
            {title}
          </Text>
          <Text size="xs" c="dimmed" component="div">
            {words.appliedAt} <Time at={text(change["applied_at"])} />
            {isUndone && `, ${words.isUndone}`} · {words.reverse(visible(change.reverse_patch_path))}
          </Text>
        </div>
        {!isUndone && (
          <Button
            size="compact-sm"
            variant="default"
            style={{ flexShrink: 0 }}
            aria-label={words.undoOf(title)}
            loading={undoing.isPending}
            onClick={() => undoing.mutate()}
          >
            {words.undo}
          </Button>
        )}
      </Group>
      {undoing.isError && <RefusedBy error={undoing.error} />}
    </Stack>
  );
}
