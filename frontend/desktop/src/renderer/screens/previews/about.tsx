import { Code, List, Stack, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { AboutOut, AboutProposalOut, BootOut } from "@shared/api/schema.ts";
import { visible } from "@shared/text/invisible.ts";
import { Answer } from "@/components/answer.tsx";
import { fileSize } from "@/components/file-size.ts";
import { Hash } from "@/components/hash.tsx";
import { RouteLink } from "@/components/link.tsx";
import { Section } from "@/components/section.tsx";
import { duration, Time } from "@/components/time.tsx";
import { previewAboutQuery } from "@/data/previews.ts";
import { preview as words, previews } from "@/strings/previews.ts";
import { Changes } from "./changes.tsx";

/** What a bundle was made of, which reviews are in it, whether it starts, and what is new. */
export function About({ projectId, jobId }: { projectId: string; jobId: string }) {
  const about = useQuery(previewAboutQuery(projectId, jobId));
  return (
    <Section title={words.aboutTitle}>
      <Answer query={about}>
        {(found) => (
          <Stack>
            <Facts about={found} />
            {found.boot !== null && <Boot boot={found.boot} />}
            {found.proposals !== null && (
              <>
                <Proposals title={words.contained} projectId={projectId} items={found.proposals.contained} />
                <Proposals title={words.notContained} projectId={projectId} items={found.proposals.missing} />
              </>
            )}
            <div>
              <Heading>{words.changes}</Heading>
              {found.changes === null ? <Text size="sm">{words.noChanges}</Text> : <Changes changes={found.changes} />}
            </div>
          </Stack>
        )}
      </Answer>
    </Section>
  );
}

function Heading({ children }: { children: ReactNode }) {
  return (
    <Title order={3} size="h5">
      {children}
    </Title>
  );
}

function factsOf(about: AboutOut): readonly (readonly [string, ReactNode])[] {
  const names = words.facts;
  const subject = about.of_commit?.subject;
  return [
    [names.commit, about.commit !== null && <span key="commit"><Hash value={about.commit} /> {subject != null && visible(subject)}</span>],
    [names.ref, about.git_ref !== null && visible(about.git_ref)],
    [names.manifest, about.manifest_hash !== null && <Hash key="manifest" value={about.manifest_hash} />],
    [names.state, previews.states[about.status] ?? about.status],
    [names.built, <Time key="built" at={about.built_at} />],
    [names.until, <Time key="until" at={about.expires_at} />],
    [names.size, fileSize(about.size_bytes)],
    [names.sha256, <Hash key="sha" value={about.sha256} length={16} />],
    [names.runtime, about.runtime_version],
    [names.sdk, about.sdk_version],
    [names.tools, Object.entries(about.tools).map(([name, version]) => `${name} ${version}`).join(", ")],
    [names.environment, about.environment.length === 0 ? words.noneOf : about.environment.join(", ")],
    [names.sandbox, about.sandbox],
  ];
}

function Facts({ about }: { about: AboutOut }) {
  const facts = factsOf(about).filter(([, value]) => value !== null && value !== false && value !== "");
  return (
    <Table layout="fixed" withRowBorders={false} verticalSpacing={4}>
      <Table.Tbody>
        {facts.map(([name, value]) => (
          <Table.Tr key={name}>
            <Table.Th scope="row" w={170}>
              {name}
            </Table.Th>
            <Table.Td style={{ overflowWrap: "anywhere" }}>{value}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Boot({ boot }: { boot: BootOut }) {
  const missing = [...boot.missing_modules, ...boot.missing_views];
  return (
    <div>
      <Heading>{words.boot}</Heading>
      {boot.started && <Text size="sm">{words.bootGood(duration((boot.milliseconds ?? 0) / 1000))}</Text>}
      {boot.error !== null && (
        <>
          <Text size="sm">{words.bootBad}</Text>
          <Code block>{visible([boot.error.message, ...boot.error.places].join("\n"))}</Code>
        </>
      )}
      {missing.length > 0 && (
        <Text size="sm" c="dimmed">
          {words.bootMissing} {visible(missing.join(", "))}
        </Text>
      )}
    </div>
  );
}

function Proposals({ title, projectId, items }: { title: string; projectId: string; items: readonly AboutProposalOut[] }) {
  return (
    <div>
      <Heading>{title}</Heading>
      {items.length === 0 && <Text size="sm">{words.noneOf}</Text>}
      <List size="sm">
        {items.map((each) => (
          <List.Item key={each.proposal_id}>
            <RouteLink to="/projects/$projectId/reviews/$proposalId" params={{ projectId, proposalId: each.proposal_id }} size="sm">
              {visible(each.title)}
            </RouteLink>
          </List.Item>
        ))}
      </List>
    </div>
  );
}
