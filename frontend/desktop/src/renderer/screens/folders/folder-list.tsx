import { Button, Card, Group, Stack, Text, UnstyledButton } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { visible } from "@shared/text/invisible.ts";
import { Answer } from "@/components/answer.tsx";
import { Confirm } from "@/components/confirm.tsx";
import { Page } from "@/components/page.tsx";
import { Empty } from "@/components/states.tsx";
import { folders as words } from "@/strings/folders.ts";
import type { Folder } from "../../../bridge.ts";
import { AgentLine, useAgentState } from "./agent-state.tsx";
import { AppliedList } from "./applied.tsx";
import { useBridge, value } from "./bridge.ts";
import { Difference } from "./difference.tsx";
import { LocalPreview } from "./local-preview.tsx";
import { MapDialog } from "./map-dialog.tsx";
import { ApplyProposal } from "./proposal.tsx";

interface Place {
  folder?: string | undefined;
  proposal?: string | undefined;
}

interface FolderListProps {
  folderId: string | undefined;
  proposalId: string | undefined;
  onGo: (place: Place) => void;
}

/** The mapped folders and, of the one that is open, all that can be done with it. */
export function FolderList({ folderId, proposalId, onGo }: FolderListProps) {
  const bridge = useBridge();
  const agent = useAgentState();
  const [isMapping, setMapping] = useState(false);
  const isReady = agent?.status === "ready";
  const folders = useQuery({ queryKey: ["folders"], queryFn: () => value(bridge.folders.list()), enabled: isReady });
  const button = (
    <Button disabled={!isReady} onClick={() => setMapping(true)}>
      {words.map}
    </Button>
  );
  return (
    <Page title={words.title} about={words.about} actions={folders.data?.items.length === 0 ? undefined : button}>
      <Stack>
        <AgentLine state={agent} />
        {(isReady || folders.data !== undefined) && (
          <Answer query={folders}>
            {({ items }) =>
              items.length === 0 ? (
                <Empty title={words.emptyTitle} action={button}>
                  {words.emptyText}
                </Empty>
              ) : (
                <Mapped items={items} folderId={folderId} proposalId={proposalId} onGo={onGo} />
              )
            }
          </Answer>
        )}
      </Stack>
      {isMapping && (
        <MapDialog
          onClose={() => setMapping(false)}
          onMapped={(folder) => {
            setMapping(false);
            onGo({ folder: folder.id });
          }}
        />
      )}
    </Page>
  );
}

function Mapped({ items, folderId, proposalId, onGo }: FolderListProps & { items: readonly Folder[] }) {
  const open = items.find(({ id }) => id === folderId) ?? (items.length === 1 ? items[0] : undefined);
  return (
    <>
      {items.map((folder) => (
        <FolderCard key={folder.id} folder={folder} isOpen={folder.id === open?.id} onOpen={() => onGo({ folder: folder.id })} onGone={() => onGo({})} />
      ))}
      {open !== undefined && (
        <Stack key={open.id}>
          <Difference folder={open} />
          <LocalPreview folder={open} />
          <ApplyProposal
            folder={open}
            proposalId={proposalId}
            onChoose={(proposal) => onGo({ folder: open.id, proposal: proposal ?? undefined })}
          />
          <AppliedList folder={open} />
        </Stack>
      )}
    </>
  );
}

interface FolderCardProps {
  folder: Folder;
  isOpen: boolean;
  onOpen: () => void;
  onGone: () => void;
}

function FolderCard({ folder, isOpen, onOpen, onGone }: FolderCardProps) {
  const [isAsking, setAsking] = useState(false);
  return (
    <Card withBorder padding="sm" bg={isOpen ? "var(--hs-hint)" : "var(--hs-card)"}>
      <Group justify="space-between" wrap="nowrap">
        <UnstyledButton onClick={onOpen} aria-expanded={isOpen} style={{ minWidth: 0, overflowWrap: "anywhere" }}>
          <Text fw={600}>{visible(folder.project_name)}</Text>
          <Text size="sm" ff="monospace">
            {visible(folder.path)}
          </Text>
          {!folder.exists && (
            <Text size="sm" c="var(--hs-removed)">
              {words.missing}
            </Text>
          )}
          {folder.branch !== null && (
            <Text size="xs" c="dimmed">
              {words.branch(visible(folder.branch), folder.head)}
            </Text>
          )}
        </UnstyledButton>
        <Button size="compact-sm" variant="subtle" color="red" onClick={() => setAsking(true)}>
          {words.unmap}
        </Button>
      </Group>
      {isAsking && <UnmapDialog folder={folder} onGone={onGone} onClose={() => setAsking(false)} />}
    </Card>
  );
}

function UnmapDialog({ folder, onGone, onClose }: { folder: Folder; onGone: () => void; onClose: () => void }) {
  const bridge = useBridge();
  const client = useQueryClient();
  const forgetting = useMutation({
    mutationFn: () => value(bridge.folders.unmap(folder.id)),
    onSuccess: () => {
      onClose();
      onGone();
      void client.invalidateQueries({ queryKey: ["folders"] });
    },
  });
  return (
    <Confirm
      title={words.unmapTitle}
      text={words.unmapText}
      action={words.unmap}
      isBad
      isBusy={forgetting.isPending}
      error={forgetting.error}
      onConfirm={() => forgetting.mutate()}
      onClose={onClose}
    />
  );
}
