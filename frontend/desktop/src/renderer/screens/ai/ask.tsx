import { Alert, Card, Group, NumberInput, Radio, Stack, Textarea, TextInput, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { asApiError, type ApiError } from "@shared/api/errors.ts";
import { idempotencyKey, unwrap } from "@shared/api/client.ts";
import { documentationBody, fileBody, gapOf, linesBody, visaBody, type Question } from "@shared/ai/question.ts";
import type { JobAccepted } from "@shared/api/schema.ts";
import { AllowedSubmit } from "@/components/allowed.tsx";
import { useFieldErrors } from "@/components/field-errors.ts";
import { Failure } from "@/components/states.tsx";
import { AI_KINDS, type AiKind } from "@/data/ai.ts";
import { api } from "@/data/environment.ts";
import { ai, KIND_HINTS, KIND_NAMES } from "@/strings/ai.ts";
import { Paths } from "./paths.tsx";
import { asLeftOut } from "./left-out.ts";
import { LeftOut, VisaPanel } from "./visa.tsx";

const FIELDS = ["path", "ref"];

/** The field that is at fault where a question is refused as a whole. Of many paths, the answer says which. */
function refusedField({ kind }: Question, { code, details }: ApiError): string | null {
  if (code === "REF_NOT_FOUND") return "ref";
  return kind !== "documentation" && "path" in details ? "path" : null;
}

/** Ask in two steps: say what, look at what would be sent, and only then send it. */
export function Ask({ initial }: { initial: Question }) {
  const [question, setQuestion] = useState(initial);
  const [gap, setGap] = useState<ReturnType<typeof gapOf>>(null);
  const visa = useMutation({
    mutationFn: (asked: Question) => unwrap(api.POST("/api/v1/ai/visa", { body: visaBody(asked) })),
  });
  const { form, at, rest } = useFieldErrors(visa.error, FIELDS, (error) => refusedField(question, error));
  const change = (changes: Partial<Question>) => {
    setQuestion((before) => ({ ...before, ...changes }));
    setGap(null);
    if (visa.isError) visa.reset();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const missing = gapOf(question);
    setGap(missing);
    if (missing === null) visa.mutate(question);
  };
  if (visa.data !== undefined) return <Sending question={question} visa={visa.data} onBack={() => visa.reset()} />;
  return (
    <Card withBorder component="section" aria-labelledby="ask-title">
      <form ref={form} onSubmit={submit} noValidate>
        <Stack>
          <Title order={2} size="h4" id="ask-title">
            {ai.askTitle}
          </Title>
          <KindChoice kind={question.kind} onChange={(kind) => change({ kind, paths: kind === "documentation" ? question.paths : question.paths.slice(0, 1) })} />
          <Paths
            projectId={question.projectId}
            reference={question.ref ?? undefined}
            paths={question.paths}
            isMulti={question.kind === "documentation"}
            error={at["path"]}
            onChange={(paths) => change({ paths })}
          />
          {question.kind === "inline-comment" && <LinesAndWords question={question} onChange={change} />}
          <TextInput
            label={ai.ref}
            description={ai.refHint}
            value={question.ref ?? ""}
            error={at["ref"]}
            maw={420}
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => change({ ref: event.currentTarget.value })}
          />
          {gap !== null && (
            <Alert color="red" role="alert">
              {ai.gap[gap]}
            </Alert>
          )}
          {rest !== null && <Refusal error={rest} />}
          <AllowedSubmit projectId={question.projectId} permission="ask_ai" isPending={visa.isPending}>
            {ai.ask}
          </AllowedSubmit>
        </Stack>
      </form>
    </Card>
  );
}

/** Why nothing can be sent; with each file's own reason where there are some. */
function Refusal({ error }: { error: unknown }) {
  const leftOut = asApiError(error).details["left_out"];
  return (
    <>
      <Failure error={error} />
      <LeftOut title={ai.withheld} items={asLeftOut(leftOut)} />
    </>
  );
}

function KindChoice({ kind, onChange }: { kind: AiKind; onChange: (kind: AiKind) => void }) {
  return (
    <Radio.Group label={ai.kind} value={kind} onChange={(value) => onChange(value as AiKind)}>
      <Stack gap={8} mt={6}>
        {AI_KINDS.map((one) => (
          <Radio key={one} value={one} label={KIND_NAMES[one]} description={KIND_HINTS[one]} />
        ))}
      </Stack>
    </Radio.Group>
  );
}

function LinesAndWords({ question, onChange }: { question: Question; onChange: (changes: Partial<Question>) => void }) {
  const [first, last] = question.lines ?? [null, null];
  return (
    <>
      <Group align="flex-start">
        <NumberInput
          label={ai.firstLine}
          required
          min={1}
          allowDecimal={false}
          w={130}
          value={first ?? ""}
          onChange={(value) => onChange({ lines: [asNumber(value), Math.max(asNumber(value), last ?? 0)] })}
        />
        <NumberInput
          label={ai.lastLine}
          required
          min={1}
          allowDecimal={false}
          w={130}
          value={last ?? ""}
          onChange={(value) => onChange({ lines: [first ?? 0, asNumber(value)] })}
        />
      </Group>
      <Textarea
        label={ai.question}
        description={ai.questionHint}
        autosize
        minRows={2}
        maxRows={8}
        maxLength={2000}
        value={question.text}
        onChange={(event) => onChange({ text: event.currentTarget.value })}
      />
    </>
  );
}

/** What a number field gives is a text while somebody types. */
function asNumber(value: string | number): number {
  return typeof value === "number" ? value : Number.parseInt(value, 10) || 0;
}

type Visa = Parameters<typeof VisaPanel>[0]["visa"];

function Sending({ question, visa, onBack }: { question: Question; visa: Visa; onBack: () => void }) {
  const navigate = useNavigate();
  const client = useQueryClient();
  // One key for this visa: pressing twice asks once.
  const [key] = useState(idempotencyKey);
  const send = useMutation({
    mutationFn: () => ask(question, key),
    onSuccess: (job) => {
      void client.invalidateQueries({ queryKey: ["ai", question.projectId] });
      void navigate({ to: "/projects/$projectId/ai/$jobId", params: { projectId: question.projectId, jobId: job.job_id } });
    },
  });
  return (
    <VisaPanel
      visa={visa}
      isSending={send.isPending || send.isSuccess}
      failure={send.error}
      onSend={() => send.mutate()}
      onBack={onBack}
      projectId={question.projectId}
    />
  );
}

function ask(question: Question, key: string): Promise<JobAccepted> {
  const params = { header: { "Idempotency-Key": key } };
  switch (question.kind) {
    case "file-summary":
      return unwrap(api.POST("/api/v1/ai/file-summary", { body: fileBody(question), params }));
    case "inline-comment":
      return unwrap(api.POST("/api/v1/ai/inline-comment", { body: linesBody(question), params }));
    case "rename-suggestions":
      return unwrap(api.POST("/api/v1/ai/rename-suggestions", { body: fileBody(question), params }));
    case "documentation":
      return unwrap(api.POST("/api/v1/ai/documentation", { body: documentationBody(question), params }));
  }
}
