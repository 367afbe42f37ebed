import { Button, Card, Collapse, Group, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { asApiError } from "@shared/api/errors.ts";
import type { ContextOut } from "@shared/api/schema.ts";
import { CodeText } from "@/components/code-text.tsx";
import { Facts } from "@/components/facts.tsx";
import { Hash } from "@/components/hash.tsx";
import { Failure, Loading } from "@/components/states.tsx";
import { aiContextQuery } from "@/data/ai.ts";
import { ai } from "@/strings/ai.ts";
import { aiResult } from "@/strings/ai-result.ts";
import { asLeftOut, asRecord, asText } from "./left-out.ts";
import styles from "./receipts.module.css";
import { LeftOut } from "./visa.tsx";

/** Word for word what the model was shown, and its answer as it came. Read only when somebody wants to see it. */
export function ContextPanel({ projectId, jobId }: { projectId: string; jobId: string }) {
  const [isOpen, setIsOpen] = useState(false);
  const context = useQuery({ ...aiContextQuery(projectId, jobId), enabled: isOpen });
  return (
    <Card withBorder component="section" aria-labelledby="context-title">
      <Group justify="space-between">
        <Title order={2} size="h5" id="context-title">
          {aiResult.contextTitle}
        </Title>
        <Button variant="default" size="xs" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
          {isOpen ? aiResult.contextHide : aiResult.contextShow}
        </Button>
      </Group>
      <Collapse expanded={isOpen} transitionDuration={0}>
        <Stack mt="sm">
          {context.isError && (asApiError(context.error).status === 409 ? <Text size="sm">{aiResult.contextNone}</Text> : <Failure error={context.error} retry={() => void context.refetch()} />)}
          {isOpen && context.isPending && <Loading lines={6} />}
          {context.data !== undefined && <Shown context={context.data} />}
        </Stack>
      </Collapse>
    </Card>
  );
}

function Shown({ context }: { context: ContextOut }) {
  const sent = asRecord(context.record["context"]);
  const prompt = asRecord(context.record["prompt"]);
  const files = Array.isArray(sent["files"]) ? sent["files"].length : 0;
  return (
    <>
      <Facts
        label={aiResult.contextTitle}
        facts={[
          [aiResult.contextHash, <Hash key="hash" value={context.context_sha256} length={24} />],
          [ai.filesSent, aiResult.contextFiles(files)],
        ]}
      />
      <LeftOut title={ai.withheld} items={asLeftOut(sent["withheld"])} />
      <LeftOut title={ai.cut} items={asLeftOut(sent["cut"])} />
      <LongText title={aiResult.contextInstructions} text={asText(prompt["instructions"])} />
      <LongText title={aiResult.contextPrompt} text={asText(prompt["text"])} />
      <LongText title={aiResult.contextReply} text={context.raw_reply ?? aiResult.contextNoReply} />
    </>
  );
}

// More than this makes the page slow, and nobody reads it by accident.
const AT_ONCE = 20_000;

function LongText({ title, text }: { title: string; text: string }) {
  const [isWhole, setIsWhole] = useState(text.length <= AT_ONCE);
  return (
    <Stack gap={4}>
      <Title order={3} size="h6">
        {title}
      </Title>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre className={styles["quote"]} tabIndex={0} aria-label={title} style={{ maxHeight: "24rem" }}>
        <CodeText text={isWhole ? text : text.slice(0, AT_ONCE)} />
      </pre>
      {!isWhole && (
        <Group gap="xs">
          <Text size="xs" c="dimmed">
            {aiResult.cutTo(AT_ONCE, text.length)}
          </Text>
          <Button size="compact-xs" variant="default" onClick={() => setIsWhole(true)}>
            {aiResult.showAll}
          </Button>
        </Group>
      )}
    </Stack>
  );
}
