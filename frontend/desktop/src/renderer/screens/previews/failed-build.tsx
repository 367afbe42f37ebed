import { Code, Stack, Table, Text, Title } from "@mantine/core";
import type { JobError } from "@shared/api/schema.ts";
import { ApiError } from "@shared/api/errors.ts";
import { visible } from "@shared/text/invisible.ts";
import { RouteButton } from "@/components/link.tsx";
import { Section } from "@/components/section.tsx";
import { Failure } from "@/components/states.tsx";
import { preview as words } from "@/strings/previews.ts";

/** Where in the source a build failed. */
interface FailedPlace {
  file: string | null;
  line: number | null;
  column: number | null;
  excerpt: string | null;
  missing: string | null;
  /** What else is known, to be listed. */
  rest: [string, string][];
}

// What no source map leads back from: its own name, and it lies in no repository.
const BUNDLE = "main.jsbundle";
const KNOWN = new Set(["file", "line", "column", "excerpt", "missing"]);

/** Read an error's details, which are whatever the server found out. */
export function placeOf(details: Readonly<Record<string, unknown>>): FailedPlace {
  const text = (name: string) => (typeof details[name] === "string" && details[name] !== "" ? details[name] : null);
  const number = (name: string) => (typeof details[name] === "number" ? details[name] : null);
  const rest = Object.entries(details)
    .filter(([name, value]) => !KNOWN.has(name) && value !== null && value !== "")
    .map(([name, value]): [string, string] => [name, typeof value === "string" ? value : JSON.stringify(value)]);
  return { file: text("file"), line: number("line"), column: number("column"), excerpt: text("excerpt"), missing: text("missing"), rest };
}

/** Why a preview failed, at which line of the source, and what helps. */
export function FailedBuild({ projectId, error }: { projectId: string; error: JobError }) {
  const place = placeOf(error.details);
  return (
    <Section title={words.failed}>
      <Failure error={new ApiError(422, error.code, visible(error.message))} />
      {place.missing !== null && <Text size="sm">{words.missing(visible(place.missing))}</Text>}
      {place.file !== null && <Place projectId={projectId} place={place} file={place.file} />}
      <div>
        <Title order={3} size="h5">
          {words.whatToDo}
        </Title>
        <Text size="sm" mb="xs">
          {words.advice[error.code] ?? words.otherAdvice}
        </Text>
        <RouteButton to="/projects/$projectId/previews" params={{ projectId }} search={{ start: "new" }} size="xs" variant="default">
          {words.startAnother}
        </RouteButton>
      </div>
      {place.rest.length > 0 && (
        <Table captionSide="top" layout="fixed">
          <Table.Caption ta="left">{words.details}</Table.Caption>
          <Table.Tbody>
            {place.rest.map(([name, value]) => (
              <Table.Tr key={name}>
                <Table.Th scope="row" w={160}>
                  {name.replaceAll("_", " ")}
                </Table.Th>
                <Table.Td style={{ overflowWrap: "anywhere" }}>{visible(value)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Section>
  );
}

function Place({ projectId, place, file }: { projectId: string; place: FailedPlace; file: string }) {
  const search = place.line === null ? { path: file } : { path: file, line: String(place.line) };
  return (
    <Stack gap="xs" align="flex-start">
      <Text ff="monospace" size="sm" fw={600} style={{ overflowWrap: "anywhere" }}>
        {words.at(visible(file), place.line, place.column)}
      </Text>
      {place.excerpt !== null && (
        <Code block className="code" w="100%">
          {visible(place.excerpt)}
        </Code>
      )}
      {file !== BUNDLE && (
        <RouteButton to="/projects/$projectId/files" params={{ projectId }} search={search} size="xs" variant="default">
          {words.openFile}
        </RouteButton>
      )}
    </Stack>
  );
}
