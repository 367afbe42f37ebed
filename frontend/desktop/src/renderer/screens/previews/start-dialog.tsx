import { Accordion, Button, Checkbox, FileInput, Modal, SegmentedControl, Select, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import type { AppContainer, Platform, ProjectOut, SessionIn, Source } from "@shared/api/schema.ts";
import { Failure } from "@/components/states.tsx";
import { openSession, sendBundle, startBuild, useHoldToken, type HeldToken } from "@/data/previews.ts";
import { common } from "@/strings/common.ts";
import { previews as words } from "@/strings/previews.ts";
import { TokenPanel } from "./token-panel.tsx";

export interface Draft {
  platform: Platform;
  source: Source;
  ref: string;
  devUrl: string;
  directory: string;
  container: AppContainer | null;
  containerVersion: string;
  bytecode: boolean;
}

const NOTHING: Draft = {
  platform: "ios", source: "worker", ref: "", devUrl: "", directory: "", container: null, containerVersion: "", bytecode: false,
};

/** What is asked of the server for what was filled in: only what the source can use. */
export function sessionOf(projectId: string, draft: Draft): SessionIn {
  const isBuilt = draft.source === "worker";
  return {
    project_id: projectId,
    platform: draft.platform,
    source: draft.source,
    bytecode: isBuilt && draft.platform !== "web" && draft.bytecode,
    ...(draft.ref.trim() !== "" && draft.source !== "dev_url" && { git_ref: draft.ref.trim() }),
    ...(draft.source === "dev_url" && { dev_url: draft.devUrl.trim() }),
    ...(isBuilt && draft.directory.trim() !== "" && { directory: draft.directory.trim() }),
    ...(isBuilt && draft.container !== null && { container: draft.container }),
    ...(isBuilt && draft.container !== null && draft.containerVersion.trim() !== "" && { container_version: draft.containerVersion.trim() }),
  };
}

/** Asks what to show where, opens a session, and has the app built or takes a bundle. */
export function StartDialog({ project, onClose }: { project: ProjectOut; onClose: () => void }) {
  const [held, setHeld] = useState<HeldToken | null>(null);
  return (
    <Modal opened onClose={onClose} size="lg" closeOnClickOutside={false} title={words.start} closeButtonProps={{ "aria-label": common.close }}>
      {held === null ? <StartForm project={project} onOpened={setHeld} /> : <Opened projectId={project.id} held={held} />}
    </Modal>
  );
}

function StartForm({ project, onOpened }: { project: ProjectOut; onOpened: (held: HeldToken) => void }) {
  const [draft, setDraft] = useState(NOTHING);
  const show = useShowPreview(project.id);
  const starting = useMutation({
    mutationFn: async () => {
      const asked = sessionOf(project.id, draft);
      if (asked.source !== "worker") return onOpened({ asked, opened: await openSession(asked) });
      const started = await startBuild(asked);
      return show(started.jobId, started);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    starting.mutate();
  };
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  return (
    <form onSubmit={submit}>
      <Stack>
        <Choice label={words.platform} options={words.platforms} value={draft.platform} onChange={(platform) => change({ platform: platform as Platform })} />
        <Choice label={words.source} options={words.sources} value={draft.source} onChange={(source) => change({ source: source as Source })} />
        <Text size="sm" c="dimmed" mih={40}>
          {words.sourceAbout[draft.source]}
        </Text>
        {draft.source === "dev_url" ? (
          <TextInput
            label={words.devUrl}
            description={words.devUrlHint}
            type="url"
            required
            maxLength={500}
            value={draft.devUrl}
            onChange={(event) => change({ devUrl: event.currentTarget.value })}
          />
        ) : (
          <TextInput
            label={words.gitRef}
            placeholder={words.gitRefHint(project.default_branch ?? words.gitRefDefault)}
            maxLength={255}
            spellCheck={false}
            value={draft.ref}
            onChange={(event) => change({ ref: event.currentTarget.value })}
          />
        )}
        {draft.source === "worker" && <MoreOptions draft={draft} onChange={change} />}
        {starting.isError && <Failure error={starting.error} />}
        <Button type="submit" loading={starting.isPending}>
          {words.start}
        </Button>
      </Stack>
    </form>
  );
}

/** Keep the token and go to the screen of the preview. */
export function useShowPreview(projectId: string) {
  const hold = useHoldToken();
  const client = useQueryClient();
  const navigate = useNavigate();
  return (jobId: string, held: HeldToken) => {
    hold(jobId, held);
    void client.invalidateQueries({ queryKey: ["previews", projectId] });
    return navigate({ to: "/projects/$projectId/previews/$jobId", params: { projectId, jobId } });
  };
}

interface ChoiceProps {
  label: string;
  options: Readonly<Record<string, string>>;
  value: string;
  onChange: (value: string) => void;
}

function Choice({ label, options, value, onChange }: ChoiceProps) {
  return (
    <div>
      <Text size="sm" fw={500} mb={4} aria-hidden>
        {label}
      </Text>
      <SegmentedControl
        fullWidth
        aria-label={label}
        data={Object.entries(options).map(([key, name]) => ({ value: key, label: name }))}
        value={value}
        onChange={onChange}
      />
    </div>
  );
}

function MoreOptions({ draft, onChange }: { draft: Draft; onChange: (part: Partial<Draft>) => void }) {
  return (
    <Accordion variant="contained">
      <Accordion.Item value="more">
        <Accordion.Control>{words.advanced}</Accordion.Control>
        <Accordion.Panel>
          <Stack gap="sm">
            <TextInput
              label={words.directory}
              description={words.directoryHint}
              maxLength={400}
              value={draft.directory}
              onChange={(event) => onChange({ directory: event.currentTarget.value })}
            />
            <Select
              label={words.container}
              placeholder={words.anyContainer}
              clearable
              data={Object.entries(words.containers).map(([value, label]) => ({ value, label }))}
              value={draft.container}
              onChange={(container) => onChange({ container: container as AppContainer | null })}
            />
            {draft.container !== null && (
              <TextInput
                label={words.containerVersion}
                description={words.containerVersionHint}
                maxLength={40}
                value={draft.containerVersion}
                onChange={(event) => onChange({ containerVersion: event.currentTarget.value })}
              />
            )}
            {draft.platform !== "web" && (
              <Checkbox
                label={words.bytecode}
                description={words.bytecodeAbout}
                checked={draft.bytecode}
                onChange={(event) => onChange({ bytecode: event.currentTarget.checked })}
              />
            )}
          </Stack>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}

function Opened({ projectId, held }: { projectId: string; held: HeldToken }) {
  const [bundle, setBundle] = useState<File | null>(null);
  const show = useShowPreview(projectId);
  const sending = useMutation({
    mutationFn: async (file: File) => show(await sendBundle(held.opened.token, file), held),
  });
  return (
    <Stack>
      <TokenPanel opened={held.opened} />
      {held.asked.source === "upload" && (
        <>
          <FileInput label={words.bundle} placeholder={words.chooseFile} accept=".zip,application/zip" clearable value={bundle} onChange={setBundle} />
          {sending.isError && <Failure error={sending.error} />}
          <Button disabled={bundle === null} loading={sending.isPending} onClick={() => bundle !== null && sending.mutate(bundle)}>
            {words.send}
          </Button>
        </>
      )}
    </Stack>
  );
}
