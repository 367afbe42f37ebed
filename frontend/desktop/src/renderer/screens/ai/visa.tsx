import { Button, Card, Group, Stack, Table, Text, Title } from "@mantine/core";
import { IconLock, IconWorldUpload } from "@tabler/icons-react";
import { useEffect, useRef, type ReactNode } from "react";
import type { LeftOutOut, VisaOut } from "@shared/api/schema.ts";
import { CodeText } from "@/components/code-text.tsx";
import { Facts } from "@/components/facts.tsx";
import { Notice } from "@/components/notice.tsx";
import { Hash } from "@/components/hash.tsx";
import { RouteLink } from "@/components/link.tsx";
import { fileSize } from "@/components/file-size.ts";
import { count } from "@shared/text/count.ts";
import { Failure } from "@/components/states.tsx";
import { TableHead } from "@/components/table-head.tsx";
import { ai, kindName } from "@/strings/ai.ts";
import { dollars } from "./money.ts";

interface VisaPanelProps {
  projectId: string;
  visa: VisaOut;
  isSending: boolean;
  failure: unknown;
  onSend: () => void;
  onBack: () => void;
}

/** What would be sent, to whom, at what price, and what stays. Sending is a decision made in view of it. */
export function VisaPanel({ projectId, visa, isSending, failure, onSend, onBack }: VisaPanelProps) {
  const title = useRef<HTMLHeadingElement>(null);
  // The form is gone; whoever reads by ear should hear what is here now.
  useEffect(() => title.current?.focus(), []);
  return (
    <Card withBorder component="section" aria-labelledby="visa-title">
      <Stack>
        <Stack gap={2}>
          <Title order={2} size="h4" id="visa-title" tabIndex={-1} ref={title} style={{ outline: "none" }}>
            {ai.visaTitle}
          </Title>
          <Text c="dimmed" size="sm">
            {kindName(visa.kind)}. {ai.visaAbout}
          </Text>
        </Stack>
        <Destination visa={visa} />
        <Providers visa={visa} />
        <Sent visa={visa} projectId={projectId} />
        <LeftOut title={ai.withheld} items={visa.withheld} />
        <LeftOut title={ai.cut} items={visa.cut} />
        <Totals visa={visa} />
        {failure !== null && <Failure error={failure} />}
        <Group>
          <Button onClick={onSend} loading={isSending} leftSection={visa.leaves_machine ? <IconWorldUpload size={18} aria-hidden /> : undefined}>
            {ai.send}
          </Button>
          <Button variant="default" onClick={onBack} disabled={isSending}>
            {ai.back}
          </Button>
        </Group>
      </Stack>
    </Card>
  );
}

function Destination({ visa }: { visa: VisaOut }) {
  const hosts = [...new Set(visa.providers.filter((one) => one.leaves_machine).map((one) => one.host ?? one.provider))];
  return visa.leaves_machine ? (
    <Notice tone="careful" icon={<IconWorldUpload size={20} aria-hidden />}>
      {ai.leavesTo(hosts.join(", "))}
    </Notice>
  ) : (
    <Notice tone="good" icon={<IconLock size={20} aria-hidden />}>
      {ai.stays}
    </Notice>
  );
}

function Providers({ visa }: { visa: VisaOut }) {
  return (
    <Scrolled label={ai.providers}>
      <Table captionSide="top" verticalSpacing={6} aria-label={ai.providers}>
        <Table.Caption ta="left" mt={0}>
          {ai.providers}
        </Table.Caption>
        <TableHead columns={[ai.provider, ai.model, ai.where, ai.cost]} />
        <Table.Tbody>
          {visa.providers.map((one, index) => (
            <Table.Tr key={index}>
              <Table.Th scope="row" fw={600}>
                {one.provider}
              </Table.Th>
              <Table.Td>{one.model}</Table.Td>
              <Table.Td>{one.leaves_machine ? (one.host ?? "?") : ai.here}</Table.Td>
              <Table.Td>{dollars(one.cost_usd, ai.costUnknown)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Scrolled>
  );
}

function Sent({ visa, projectId }: { visa: VisaOut; projectId: string }) {
  return (
    <Scrolled label={ai.filesSent}>
      <Table captionSide="top" verticalSpacing={6}>
        <Table.Caption ta="left" mt={0}>
          {ai.filesSent}
        </Table.Caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{ai.file}</Table.Th>
            <Table.Th scope="col" ta="right">
              {ai.lines}
            </Table.Th>
            <Table.Th scope="col" ta="right">
              {ai.size}
            </Table.Th>
            <Table.Th scope="col">{ai.redacted}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {visa.files.map((file) => (
            <Table.Tr key={file.path}>
              <Table.Th scope="row" fw={400} style={{ overflowWrap: "anywhere" }}>
                <RouteLink to="/projects/$projectId/files" params={{ projectId }} search={{ path: file.path, ref: visa.commit }} target="_blank" size="sm">
                  <CodeText text={file.path} />
                </RouteLink>
              </Table.Th>
              <Table.Td ta="right">{count(file.lines)}</Table.Td>
              <Table.Td ta="right">{fileSize(file.bytes)}</Table.Td>
              <Table.Td>
                {file.redactions.length === 0 ? (
                  <Text size="sm" c="dimmed">
                    {ai.nothingRedacted}
                  </Text>
                ) : (
                  file.redactions.map((one, index) => <div key={index}>{ai.redaction(one.kind, one.line)}</div>)
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {visa.files.length === 0 && <Text size="sm">{ai.noFiles}</Text>}
      {visa.question_redactions.length > 0 && (
        <Text size="sm" mt="xs">
          {ai.questionRedacted}: {visa.question_redactions.map((one) => ai.redaction(one.kind, one.line)).join(", ")}
        </Text>
      )}
    </Scrolled>
  );
}

/** Files that stay, or do not go as a whole, each with its reason. */
export function LeftOut({ title, items }: { title: string; items: readonly LeftOutOut[] }) {
  if (items.length === 0) return null;
  return (
    <Scrolled label={title}>
      <Table captionSide="top" verticalSpacing={6}>
        <Table.Caption ta="left" mt={0}>
          {title}
        </Table.Caption>
        <TableHead columns={[ai.file, ai.reason]} />
        <Table.Tbody>
          {items.map((one, index) => (
            <Table.Tr key={index}>
              <Table.Th scope="row" fw={400} style={{ overflowWrap: "anywhere" }}>
                <CodeText text={one.path} />
              </Table.Th>
              <Table.Td>{one.reason}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Scrolled>
  );
}

function Totals({ visa }: { visa: VisaOut }) {
  return (
    <Facts
      label={ai.totals}
      facts={[
        [ai.promptSize, `${fileSize(visa.prompt_bytes)}, ${ai.tokensIn(visa.input_tokens)}, ${ai.promptVersion(visa.prompt_version)}`],
        [ai.answerSize, ai.tokensOut(visa.max_output_tokens)],
        [ai.cost, dollars(visa.cost_usd, ai.costUnknown)],
        [ai.budget, visa.tokens_left_today === null ? ai.noBudget : ai.tokensIn(visa.tokens_left_today)],
        [ai.commit, <Hash key="commit" value={visa.commit} />],
        [ai.manifest, <Hash key="manifest" value={visa.manifest_hash} />],
        [ai.promptHash, <Hash key="prompt" value={visa.prompt_sha256} length={16} />],
      ]}
    />
  );
}

function Scrolled({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Table.ScrollContainer minWidth={440} maxHeight={360} type="native" role="region" aria-label={label} tabIndex={0}>
      {children}
    </Table.ScrollContainer>
  );
}
