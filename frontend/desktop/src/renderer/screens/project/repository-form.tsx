import { Button, Checkbox, Stack, TextInput } from "@mantine/core";
import { toast } from "@/components/toast.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import type { ProjectOut, ProjectPatchIn } from "@shared/api/schema.ts";
import { unwrap } from "@shared/api/client.ts";
import { useFieldErrors } from "@/components/field-errors.ts";
import { Section } from "@/components/section.tsx";
import { Failure } from "@/components/states.tsx";
import { api } from "@/data/environment.ts";
import { may } from "@/data/permissions.ts";
import { CredentialFields, credentialsOf, NO_CREDENTIALS } from "@/screens/projects/credential-fields.tsx";
import { FIELDS, refusedField } from "@/screens/projects/project-fields.ts";
import { TeamChoice } from "@/screens/projects/team-choice.tsx";
import { common } from "@/strings/common.ts";
import { projectSettings as words } from "@/strings/project-settings.ts";

interface Draft {
  name: string;
  address: string;
  branch: string;
  teamId: string | null;
}

/** Only what differs, so that nothing else is written, and no sync begins for an address that stayed. */
export function patchOf(project: ProjectOut, draft: Draft): ProjectPatchIn {
  const address = draft.address.trim();
  const branch = draft.branch.trim();
  return {
    ...(draft.name.trim() !== project.name && { name: draft.name.trim() }),
    ...(address !== (project.repo_url ?? "") && address !== "" && { repo_url: address }),
    ...(branch !== (project.default_branch ?? "") && branch !== "" && { default_branch: branch }),
    ...(draft.teamId !== project.team_id && { team_id: draft.teamId }),
  };
}

export function RepositoryForm({ project }: { project: ProjectOut }) {
  const [draft, setDraft] = useState<Draft>({
    name: project.name,
    address: project.repo_url ?? "",
    branch: project.default_branch ?? "",
    teamId: project.team_id,
  });
  const [isRenewing, setRenewing] = useState(false);
  const [credentials, setCredentials] = useState(NO_CREDENTIALS);
  const given = isRenewing ? credentialsOf(credentials) : null;
  const patch = { ...patchOf(project, draft), ...(given !== null && { credentials: given, repo_url: draft.address.trim() }) };
  const saving = useSave(project.id);
  const { form, at, rest } = useFieldErrors(saving.error, FIELDS, refusedField);
  const cannot = !may(project.role, "manage");
  const change = (part: Partial<Draft>) => {
    setDraft((before) => ({ ...before, ...part }));
    if (saving.isError) saving.reset();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    saving.mutate(patch);
  };
  return (
    <Section title={words.repository} about={words.repositoryAbout}>
      <form ref={form} onSubmit={submit}>
        <Stack gap="sm" align="stretch" maw={560}>
          <TextInput label={words.name} required maxLength={200} disabled={cannot} error={at["name"]} value={draft.name} onChange={(event) => change({ name: event.currentTarget.value })} />
          <TextInput
            label={words.address}
            description={words.addressHint}
            required={project.repo_url !== null}
            maxLength={2000}
            spellCheck={false}
            disabled={cannot}
            error={at["repo_url"]}
            value={draft.address}
            onChange={(event) => change({ address: event.currentTarget.value })}
          />
          <TextInput label={words.branch} maxLength={255} disabled={cannot} error={at["default_branch"]} value={draft.branch} onChange={(event) => change({ branch: event.currentTarget.value })} />
          <TeamChoice current={project.team_id} none={words.noTeam} value={draft.teamId} isDisabled={cannot} onChange={(teamId) => change({ teamId })} />
          <Checkbox
            label={words.changeCredentials}
            description={words.credentialsAbout}
            disabled={cannot || draft.address.trim() === ""}
            checked={isRenewing}
            onChange={(event) => setRenewing(event.currentTarget.checked)}
          />
          {isRenewing && <CredentialFields draft={credentials} onChange={setCredentials} />}
          {rest !== null && <Failure error={rest} />}
          <Button type="submit" style={{ alignSelf: "flex-start" }} loading={saving.isPending} disabled={cannot || Object.keys(patch).length === 0}>
            {common.save}
          </Button>
        </Stack>
      </form>
    </Section>
  );
}

function useSave(projectId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: ProjectPatchIn) => unwrap(api.PATCH("/api/v1/projects/{project_id}", { params: { path: { project_id: projectId } }, body })),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["projects"] });
      void client.invalidateQueries({ queryKey: ["sync", projectId] });
      toast(common.saved);
    },
  });
}
