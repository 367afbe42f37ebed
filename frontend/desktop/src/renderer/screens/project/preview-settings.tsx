import { ActionIcon, Button, Checkbox, Group, Stack, Text, TextInput } from "@mantine/core";
import { toast } from "@/components/toast.ts";
import { IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import type { PreviewSettingsOut, ProjectOut } from "@shared/api/schema.ts";
import { unwrap } from "@shared/api/client.ts";
import { NotAllowed } from "@/components/allowed.tsx";
import { Answer } from "@/components/answer.tsx";
import { Section } from "@/components/section.tsx";
import { Failure } from "@/components/states.tsx";
import { Time } from "@/components/time.tsx";
import { api } from "@/data/environment.ts";
import { may } from "@/data/permissions.ts";
import { common } from "@/strings/common.ts";
import { projectSettings as words } from "@/strings/project-settings.ts";

interface Variable {
  name: string;
  value: string;
}

const keyOf = (projectId: string) => ["previews", projectId, "settings"];

/** The variables builds see, and whether packages may run scripts. */
export function PreviewSettings({ project }: { project: ProjectOut }) {
  const settings = useQuery({
    queryKey: keyOf(project.id),
    queryFn: () => unwrap(api.GET("/api/v1/projects/{project_id}/preview-settings", { params: { path: { project_id: project.id } } })),
    enabled: may(project.role, "preview"),
  });
  return (
    <Section title={words.previews} about={words.previewsAbout}>
      <NotAllowed role={project.role} permission="write" />
      {may(project.role, "preview") && (
        <Answer query={settings}>{(data) => <SettingsForm key={data.updated_at ?? "never"} project={project} settings={data} />}</Answer>
      )}
    </Section>
  );
}

/** The first name that is there twice, or null. */
export function nameTwice(variables: readonly Variable[]): string | null {
  const names = variables.map(({ name }) => name.trim());
  return names.find((name, place) => name !== "" && names.indexOf(name) !== place) ?? null;
}

function SettingsForm({ project, settings }: { project: ProjectOut; settings: PreviewSettingsOut }) {
  const [variables, setVariables] = useState<Variable[]>(() => Object.entries(settings.environment).map(([name, value]) => ({ name, value })));
  const [allowScripts, setAllowScripts] = useState(settings.allow_scripts);
  const client = useQueryClient();
  const saving = useMutation({
    mutationFn: () => {
      const environment = Object.fromEntries(variables.filter(({ name }) => name.trim() !== "").map(({ name, value }) => [name.trim(), value]));
      const params = { path: { project_id: project.id } };
      return unwrap(api.PUT("/api/v1/projects/{project_id}/preview-settings", { params, body: { environment, allow_scripts: allowScripts } }));
    },
    onSuccess: (saved) => {
      client.setQueryData(keyOf(project.id), saved);
      toast(common.saved);
    },
  });
  const cannot = !may(project.role, "write");
  const twice = nameTwice(variables);
  const change = (place: number, part: Partial<Variable>) =>
    setVariables((before) => before.map((variable, at) => (at === place ? { ...variable, ...part } : variable)));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (twice === null) saving.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm" align="flex-start">
        {variables.length === 0 && <Text c="dimmed">{words.noVariables}</Text>}
        {variables.map((variable, place) => (
          <VariableFields
            key={place}
            place={place + 1}
            variable={variable}
            isDisabled={cannot}
            onChange={(part) => change(place, part)}
            onRemove={() => setVariables((before) => before.filter((_, at) => at !== place))}
          />
        ))}
        <Button variant="default" size="xs" disabled={cannot} onClick={() => setVariables((before) => [...before, { name: "EXPO_PUBLIC_", value: "" }])}>
          {words.addVariable}
        </Button>
        <Checkbox
          label={words.scripts}
          description={words.scriptsAbout}
          disabled={cannot}
          checked={allowScripts}
          onChange={(event) => setAllowScripts(event.currentTarget.checked)}
        />
        {twice !== null && (
          <Text c="var(--hs-removed)" role="alert" size="sm">
            {words.twice(twice)}
          </Text>
        )}
        {saving.isError && <Failure error={saving.error} />}
        <Group>
          <Button type="submit" disabled={cannot || twice !== null} loading={saving.isPending}>
            {common.save}
          </Button>
          <Text size="xs" c="dimmed" component="span">
            {words.lastChanged}: <Time at={settings.updated_at} />
          </Text>
        </Group>
      </Stack>
    </form>
  );
}

interface VariableFieldsProps {
  place: number;
  variable: Variable;
  isDisabled: boolean;
  onChange: (part: Partial<Variable>) => void;
  onRemove: () => void;
}

function VariableFields({ place, variable, isDisabled, onChange, onRemove }: VariableFieldsProps) {
  return (
    <Group gap="xs" wrap="nowrap" w="100%">
      <TextInput
        aria-label={words.nameOf(place)}
        placeholder={words.variableName}
        required
        ff="monospace"
        flex={1}
        spellCheck={false}
        disabled={isDisabled}
        value={variable.name}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
      />
      <TextInput
        aria-label={words.valueOf(place)}
        placeholder={words.variableValue}
        flex={2}
        maxLength={4096}
        spellCheck={false}
        disabled={isDisabled}
        value={variable.value}
        onChange={(event) => onChange({ value: event.currentTarget.value })}
      />
      <ActionIcon variant="subtle" color="red" size="lg" disabled={isDisabled} aria-label={words.removeVariable(variable.name)} onClick={onRemove}>
        <IconTrash size={18} aria-hidden />
      </ActionIcon>
    </Group>
  );
}
