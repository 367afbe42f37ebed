import { Alert, Button, Code, Group, List, Modal, Select, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { unwrap } from "@shared/api/client.ts";
import { asApiError } from "@shared/api/errors.ts";
import { visible } from "@shared/text/invisible.ts";
import { Answer } from "@/components/answer.tsx";
import { Section } from "@/components/section.tsx";
import { Failure } from "@/components/states.tsx";
import { api } from "@/data/environment.ts";
import { common } from "@/strings/common.ts";
import { folders as words } from "@/strings/folders.ts";
import type { Folder, FolderProposal } from "../../../bridge.ts";
import { useBridge, value } from "./bridge.ts";
import { Paths } from "./difference.tsx";

interface ApplyProposalProps {
  folder: Folder;
  proposalId: string | undefined;
  onChoose: (proposalId: string | null) => void;
}

/** An approved review, shown as what it would write to a folder, and applied after that. */
export function ApplyProposal({ folder, proposalId, onChoose }: ApplyProposalProps) {
  const approved = useQuery({
    queryKey: ["proposals", folder.project_id, "approved"],
    queryFn: async () => {
      const path = { project_id: folder.project_id };
      const read = (status: "approved" | "applied") =>
        unwrap(api.GET("/api/v1/projects/{project_id}/proposals", { params: { path, query: { status, limit: 50 } } }));
      const [waiting, done] = await Promise.all([read("approved"), read("applied")]);
      return [...waiting.items, ...done.items];
    },
  });
  const options = approved.data?.map(({ id, title }) => ({ value: id, label: visible(title) })) ?? [];
  return (
    <Section title={words.proposal}>
      {approved.data?.length === 0 && proposalId === undefined ? (
        <Text size="sm">{words.noProposals}</Text>
      ) : (
        <Select label={words.proposalId} searchable clearable data={options} value={proposalId ?? null} onChange={onChoose} />
      )}
      {approved.isError && <Failure error={approved.error} />}
      {proposalId !== undefined && <Shown key={proposalId} folder={folder} proposalId={proposalId} />}
    </Section>
  );
}

function Shown({ folder, proposalId }: { folder: Folder; proposalId: string }) {
  const bridge = useBridge();
  const proposal = useQuery({
    queryKey: ["folders", folder.id, "proposal", proposalId],
    queryFn: () => value(bridge.folders.proposal(folder.id, proposalId)),
    staleTime: 0,
  });
  return <Answer query={proposal}>{(found) => <WouldWrite folder={folder} proposal={found} />}</Answer>;
}

function WouldWrite({ folder, proposal }: { folder: Folder; proposal: FolderProposal }) {
  const [isAsking, setAsking] = useState(false);
  const [isDone, setDone] = useState(false);
  return (
    <Stack gap="sm">
      <Text size="sm">{isDone ? words.appliedNow : words.willWrite}</Text>
      {!proposal.can_apply && !isDone && (
        <Alert color="orange" title={words.cannot} role="alert">
          {proposal.reason}
        </Alert>
      )}
      <List size="sm" aria-label={words.files} listStyleType="none">
        {proposal.files.map((file) => (
          <List.Item key={file.path} style={{ overflowWrap: "anywhere" }}>
            <Text span ff="monospace" size="xs">
              {file.old_path == null ? visible(file.path) : `${visible(file.old_path)} → ${visible(file.path)}`}
            </Text>{" "}
            <Text span size="xs" c={file.state === "ready" || file.state === "already" ? "dimmed" : "var(--hs-removed)"}>
              {words.changes[file.change]}, {words.fileStates[file.state]}
            </Text>
          </List.Item>
        ))}
      </List>
      <Code block className="code" mah={360} style={{ overflow: "auto" }} aria-label={words.patch} tabIndex={0} role="region">
        {visible(proposal.patch)}
      </Code>
      <Button style={{ alignSelf: "flex-start" }} disabled={!proposal.can_apply || isDone} onClick={() => setAsking(true)}>
        {words.apply}
      </Button>
      {isAsking && <ApplyDialog folder={folder} proposal={proposal} onDone={() => setDone(true)} onClose={() => setAsking(false)} />}
    </Stack>
  );
}

interface ApplyDialogProps {
  folder: Folder;
  proposal: FolderProposal;
  onDone: () => void;
  onClose: () => void;
}

function ApplyDialog({ folder, proposal, onDone, onClose }: ApplyDialogProps) {
  const bridge = useBridge();
  const client = useQueryClient();
  const applying = useMutation({
    mutationFn: () => value(bridge.folders.apply(folder.id, proposal.proposal_id, proposal.digest)),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["folders", folder.id] });
      onDone();
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title={words.applyTitle} closeButtonProps={{ "aria-label": common.close }}>
      <Stack>
        <Text size="sm" style={{ overflowWrap: "anywhere" }}>
          {words.applyText(visible(folder.path))}
        </Text>
        {applying.isError && <RefusedBy error={applying.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {common.cancel}
          </Button>
          <Button loading={applying.isPending} onClick={() => applying.mutate()}>
            {words.apply}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

/** The paths that a refusal names, in whichever form. */
function refusedPaths(details: Readonly<Record<string, unknown>>): string[] {
  const files = details["files"];
  if (!Array.isArray(files)) return [];
  return files.map((file: unknown) => {
    if (typeof file === "string") return file;
    const { path, state, reason } = file as { path?: unknown; state?: unknown; reason?: unknown };
    const why = reason ?? state;
    return typeof why === "string" ? `${String(path)}: ${why}` : String(path);
  });
}

/** A refusal and the files that caused it. */
export function RefusedBy({ error }: { error: unknown }) {
  const paths = refusedPaths(asApiError(error).details);
  return (
    <Stack gap="xs">
      <Failure error={error} />
      <Paths title={words.refused(paths.length)} paths={paths} />
    </Stack>
  );
}
