import { Accordion, Button, Checkbox, List, SegmentedControl, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import type { ProjectIn, ProjectOut } from "@shared/api/schema.ts";
import { unwrap } from "@shared/api/client.ts";
import { asApiError } from "@shared/api/errors.ts";
import { useFieldErrors } from "@/components/field-errors.ts";
import { Failure } from "@/components/states.tsx";
import { api } from "@/data/environment.ts";
import { connect as words } from "@/strings/projects.ts";
import { CredentialFields, credentialsOf, NO_CREDENTIALS, type CredentialDraft } from "./credential-fields.tsx";
import { FIELDS, refusedField } from "./project-fields.ts";
import { TeamChoice } from "./team-choice.tsx";

export type Place = "url" | "path" | "folder";

export interface Draft {
  name: string;
  address: string;
  branch: string;
  teamId: string | null;
  isPrivate: boolean;
  credentials: CredentialDraft;
}

const NOTHING: Draft = { name: "", address: "", branch: "", teamId: null, isPrivate: false, credentials: NO_CREDENTIALS };

/** What is asked of the server for what was filled in. */
export function projectOf(place: Place, draft: Draft): ProjectIn {
  const credentials = place === "url" && draft.isPrivate ? credentialsOf(draft.credentials) : null;
  return {
    name: draft.name.trim() || suggestName(draft.address),
    ...(place !== "folder" && { repo_url: draft.address.trim() }),
    ...(place !== "folder" && draft.branch.trim() !== "" && { default_branch: draft.branch.trim() }),
    ...(draft.teamId !== null && { team_id: draft.teamId }),
    ...(credentials !== null && { credentials }),
  };
}

/** The last word of an address: what most people call the project. */
export function suggestName(address: string): string {
  const parts = address.trim().replace(/[/\\]+$/, "").split(/[/\\:]/);
  return (parts.at(-1) ?? "").replace(/\.git$/, "");
}

interface ConnectFormProps {
  place: Place;
  onPlace: (place: Place) => void;
  onMade: (project: ProjectOut) => void;
}

export function ConnectForm({ place, onPlace, onMade }: ConnectFormProps) {
  const [draft, setDraft] = useState(NOTHING);
  const client = useQueryClient();
  const making = useMutation({
    mutationFn: () => unwrap(api.POST("/api/v1/projects", { body: projectOf(place, draft) })),
    onSuccess: (project) => {
      void client.invalidateQueries({ queryKey: ["projects"] });
      onMade(project);
    },
  });
  const { form, at, rest } = useFieldErrors(making.error, FIELDS, refusedField);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    making.mutate();
  };
  const change = (part: Partial<Draft>) => {
    setDraft((before) => ({ ...before, ...part }));
    if (making.isError) making.reset();
  };
  const suggested = suggestName(draft.address);
  return (
    <form ref={form} onSubmit={submit}>
      <Stack>
        <PlaceChoice place={place} onPlace={onPlace} />
        {place !== "folder" && (
          <TextInput
            label={place === "url" ? words.urlLabel : words.pathLabel}
            description={place === "url" ? words.urlHint : words.pathHint}
            required
            data-autofocus
            spellCheck={false}
            autoComplete="off"
            maxLength={2000}
            value={draft.address}
            error={at["repo_url"]}
            onChange={(event) => change({ address: event.currentTarget.value })}
          />
        )}
        <TextInput
          label={words.name}
          required={suggested === ""}
          placeholder={suggested === "" ? words.nameHint : suggested}
          maxLength={200}
          value={draft.name}
          error={at["name"]}
          onChange={(event) => change({ name: event.currentTarget.value })}
        />
        {place === "url" && (
          <>
            <Checkbox label={words.logIn} checked={draft.isPrivate} onChange={(event) => change({ isPrivate: event.currentTarget.checked })} />
            {draft.isPrivate && <CredentialFields draft={draft.credentials} onChange={(credentials) => change({ credentials })} />}
          </>
        )}
        {place !== "folder" && (
          <TextInput
            label={words.branch}
            placeholder={words.branchHint}
            maxLength={255}
            value={draft.branch}
            error={at["default_branch"]}
            onChange={(event) => change({ branch: event.currentTarget.value })}
          />
        )}
        <TeamChoice none={words.noTeam} value={draft.teamId} onChange={(teamId) => change({ teamId })} />
        {rest !== null && <Refused error={rest} />}
        <Button type="submit" loading={making.isPending}>
          {words.submit}
        </Button>
        {place !== "folder" && <Refusals />}
      </Stack>
    </form>
  );
}

function PlaceChoice({ place, onPlace }: Pick<ConnectFormProps, "place" | "onPlace">) {
  const about = { url: null, path: words.pathAbout, folder: words.folderAbout }[place];
  return (
    <Stack gap={6}>
      <SegmentedControl
        fullWidth
        aria-label={words.where}
        value={place}
        onChange={(value) => onPlace(value as Place)}
        data={[
          { value: "url", label: words.url },
          { value: "path", label: words.path },
          { value: "folder", label: words.folder },
        ]}
      />
      {about !== null && (
        <Text size="sm" c="dimmed">
          {about}
        </Text>
      )}
    </Stack>
  );
}

function Refused({ error }: { error: unknown }) {
  const advice = words.advice[asApiError(error).code];
  return (
    <Stack gap={4}>
      <Failure error={error} />
      {advice !== undefined && <Text size="sm">{advice}</Text>}
    </Stack>
  );
}

function Refusals() {
  return (
    <Accordion variant="contained">
      <Accordion.Item value="refused">
        <Accordion.Control>{words.refused}</Accordion.Control>
        <Accordion.Panel>
          <List size="sm">
            {words.refusals.map((each) => (
              <List.Item key={each}>{each}</List.Item>
            ))}
          </List>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}
