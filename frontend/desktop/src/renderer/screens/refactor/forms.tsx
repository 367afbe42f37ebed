import { Select, Stack, Textarea, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState, type FormEvent, type ReactNode } from "react";
import type { ApiError } from "@shared/api/errors.ts";
import { AllowedSubmit } from "@/components/allowed.tsx";
import { CODE_INPUT } from "@/components/code-input.ts";
import { useFieldErrors } from "@/components/field-errors.ts";
import { Failure } from "@/components/states.tsx";
import { refactor } from "@/strings/refactor.ts";
import { askMove, askRename, askReplace, type Spot } from "./data.ts";
import { nameProblem } from "./names.ts";

const LANGUAGES = ["python", "typescript", "javascript", "go", "rust", "java", "c", "cpp", "ruby", "php", "csharp", "kotlin"];

/** Ask, and go to the job that works on it. A refusal is forgotten when what was refused is changed; what is under way is not. */
function useAsking<T>(projectId: string, ask: (body: T) => Promise<{ job_id: string }>) {
  const navigate = useNavigate();
  const asking = useMutation({
    mutationFn: ask,
    onSuccess: (accepted) => navigate({ to: "/projects/$projectId/rename/$jobId", params: { projectId, jobId: accepted.job_id } }),
  });
  const forget = () => {
    if (asking.isError) asking.reset();
  };
  return { ...asking, forget };
}

interface FormProps {
  onSubmit: () => void;
  placed: ReturnType<typeof useFieldErrors>;
  children: ReactNode;
}

function Form({ onSubmit, placed: { form, rest }, children }: FormProps) {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <form ref={form} onSubmit={submit} noValidate>
      <Stack maw={520}>
        {children}
        {rest !== null && <Failure error={rest} />}
      </Stack>
    </form>
  );
}

const placeOf = ({ path, line, column, commit }: Spot) => ({ path, line, column, ...(commit !== undefined && { ref: commit }) });

interface RenameFormProps {
  projectId: string;
  spot: Spot;
  name: string;
  suggested: string | undefined;
  language: string;
}

export function RenameForm({ projectId, spot, name, suggested, language }: RenameFormProps) {
  const [wanted, setWanted] = useState(suggested ?? name);
  const problem = nameProblem(language, name, wanted.trim());
  const asking = useAsking(projectId, askRename);
  const placed = useFieldErrors(asking.error, ["new_name"], ({ code }) => (code === "INVALID_NAME" ? "new_name" : null));
  const send = () => {
    if (problem === null) asking.mutate({ project_id: projectId, ...placeOf(spot), new_name: wanted.trim() });
  };
  return (
    <Form onSubmit={send} placed={placed}>
      <TextInput
        label={refactor.newName}
        styles={CODE_INPUT}
        autoComplete="off"
        spellCheck={false}
        value={wanted}
        error={wanted.trim() === name ? undefined : (problem ?? placed.at["new_name"])}
        onChange={(event) => {
          setWanted(event.currentTarget.value);
          asking.forget();
        }}
      />
      <AllowedSubmit projectId={projectId} permission="review" isReady={problem === null} isPending={asking.isPending}>
        {refactor.startRename}
      </AllowedSubmit>
    </Form>
  );
}

export function MoveForm({ projectId, spot }: { projectId: string; spot: Spot }) {
  const [path, setPath] = useState("");
  const asking = useAsking(projectId, askMove);
  // A path that is none is told by itself; it may be this one, or the one that the address gave.
  const whole = ({ details }: ApiError) => (details["path"] === path.trim() ? "to_path" : null);
  const placed = useFieldErrors(asking.error, ["to_path"], whole);
  const change = (wanted: string) => {
    setPath(wanted);
    asking.forget();
  };
  const send = () => asking.mutate({ project_id: projectId, ...placeOf(spot), to_path: path.trim() });
  return (
    <Form onSubmit={send} placed={placed}>
      <TextInput error={placed.at["to_path"]} label={refactor.toPath} description={refactor.toPathHint} value={path} spellCheck={false} styles={CODE_INPUT} onChange={(event) => change(event.currentTarget.value)} />
      <AllowedSubmit projectId={projectId} permission="review" isReady={path.trim() !== "" && path.trim() !== spot.path} isPending={asking.isPending}>
        {refactor.startMove}
      </AllowedSubmit>
    </Form>
  );
}

/** A pattern's refusal says which of the two texts is at fault. */
const whereOf = ({ code, details }: ApiError) => (code === "PATTERN_INVALID" && typeof details["where"] === "string" ? details["where"] : null);

export function ReplaceForm({ projectId, commit }: { projectId: string; commit: string | undefined }) {
  const [language, setLanguage] = useState("python");
  const [pattern, setPattern] = useState("");
  const [replacement, setReplacement] = useState("");
  const [paths, setPaths] = useState("");
  const asking = useAsking(projectId, askReplace);
  const placed = useFieldErrors(asking.error, ["language", "pattern", "replacement", "paths"], whereOf);
  const change = (set: (value: string) => void, value: string) => {
    set(value);
    asking.forget();
  };
  const globs = paths.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  const send = () => asking.mutate({ project_id: projectId, language, pattern, replacement, paths: globs, ...(commit !== undefined && { ref: commit }) });
  return (
    <Form onSubmit={send} placed={placed}>
      <Select error={placed.at["language"]} label={refactor.language} data={LANGUAGES} value={language} allowDeselect={false} onChange={(value) => change(setLanguage, value ?? "python")} />
      <Textarea error={placed.at["pattern"]} label={refactor.pattern} description={refactor.patternHint} autosize minRows={1} spellCheck={false} styles={CODE_INPUT} value={pattern} onChange={(event) => change(setPattern, event.currentTarget.value)} />
      <Textarea error={placed.at["replacement"]} label={refactor.replacement} description={refactor.replacementHint} autosize minRows={1} spellCheck={false} styles={CODE_INPUT} value={replacement} onChange={(event) => change(setReplacement, event.currentTarget.value)} />
      <Textarea error={placed.at["paths"]} label={refactor.paths} description={refactor.pathsHint} autosize minRows={1} spellCheck={false} styles={CODE_INPUT} value={paths} onChange={(event) => change(setPaths, event.currentTarget.value)} />
      <AllowedSubmit projectId={projectId} permission="review" isReady={pattern.trim() !== ""} isPending={asking.isPending}>
        {refactor.startReplace}
      </AllowedSubmit>
    </Form>
  );
}
