import { Button, Select, Stack, Textarea, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState, type FormEvent, type ReactNode } from "react";
import { Failure } from "@/components/states.tsx";
import { refactor } from "@/strings/refactor.ts";
import { askMove, askRename, askReplace, type Spot } from "./data.ts";
import { nameProblem } from "./names.ts";

const LANGUAGES = ["python", "typescript", "javascript", "go", "rust", "java", "c", "cpp", "ruby", "php", "csharp", "kotlin"];

/** Ask, and go to the job that works on it. */
function useAsking<T>(projectId: string, ask: (body: T) => Promise<{ job_id: string }>) {
  const navigate = useNavigate();
  return useMutation({
    mutationFn: ask,
    onSuccess: (accepted) => navigate({ to: "/projects/$projectId/rename/$jobId", params: { projectId, jobId: accepted.job_id } }),
  });
}

function Form({ onSubmit, error, children }: { onSubmit: () => void; error: Error | null; children: ReactNode }) {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack maw={520}>
        {children}
        {error !== null && <Failure error={error} />}
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
  const send = () => {
    if (problem === null) asking.mutate({ project_id: projectId, ...placeOf(spot), new_name: wanted.trim() });
  };
  return (
    <Form onSubmit={send} error={asking.error}>
      <TextInput
        label={refactor.newName}
        ff="monospace"
        autoComplete="off"
        spellCheck={false}
        value={wanted}
        error={wanted.trim() === name ? undefined : problem}
        onChange={(event) => setWanted(event.currentTarget.value)}
      />
      <Button type="submit" disabled={problem !== null} loading={asking.isPending} w="fit-content">
        {refactor.startRename}
      </Button>
    </Form>
  );
}

export function MoveForm({ projectId, spot }: { projectId: string; spot: Spot }) {
  const [path, setPath] = useState("");
  const asking = useAsking(projectId, askMove);
  const send = () => asking.mutate({ project_id: projectId, ...placeOf(spot), to_path: path.trim() });
  return (
    <Form onSubmit={send} error={asking.error}>
      <TextInput label={refactor.toPath} description={refactor.toPathHint} value={path} spellCheck={false} onChange={(event) => setPath(event.currentTarget.value)} />
      <Button type="submit" disabled={path.trim() === "" || path.trim() === spot.path} loading={asking.isPending} w="fit-content">
        {refactor.startMove}
      </Button>
    </Form>
  );
}

export function ReplaceForm({ projectId, commit }: { projectId: string; commit: string | undefined }) {
  const [language, setLanguage] = useState("python");
  const [pattern, setPattern] = useState("");
  const [replacement, setReplacement] = useState("");
  const [paths, setPaths] = useState("");
  const asking = useAsking(projectId, askReplace);
  const globs = paths.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  const send = () => asking.mutate({ project_id: projectId, language, pattern, replacement, paths: globs, ...(commit !== undefined && { ref: commit }) });
  return (
    <Form onSubmit={send} error={asking.error}>
      <Select label={refactor.language} data={LANGUAGES} value={language} allowDeselect={false} onChange={(value) => setLanguage(value ?? "python")} />
      <Textarea label={refactor.pattern} description={refactor.patternHint} autosize minRows={1} spellCheck={false} value={pattern} onChange={(event) => setPattern(event.currentTarget.value)} />
      <Textarea label={refactor.replacement} description={refactor.replacementHint} autosize minRows={1} spellCheck={false} value={replacement} onChange={(event) => setReplacement(event.currentTarget.value)} />
      <Textarea label={refactor.paths} description={refactor.pathsHint} autosize minRows={1} spellCheck={false} value={paths} onChange={(event) => setPaths(event.currentTarget.value)} />
      <Button type="submit" disabled={pattern.trim() === ""} loading={asking.isPending} w="fit-content">
        {refactor.startReplace}
      </Button>
    </Form>
  );
}
