import { Badge, Button, Group, Paper, Stack, Tabs, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { Answer } from "@/components/answer.tsx";
import { CodeText } from "@/components/code-text.tsx";
import { languageOf } from "@/components/code/grammars.ts";
import { Page } from "@/components/page.tsx";
import { Empty, Failure, Loading } from "@/components/states.tsx";
import { refactor } from "@/strings/refactor.ts";
import { Blast } from "./blast.tsx";
import { isBeingRead, referencesQuery, symbolsQuery, type FoundSymbol, type Spot } from "./data.ts";
import { MoveForm, RenameForm, ReplaceForm } from "./forms.tsx";

const route = getRouteApi("/shell/projects/$projectId/rename");

/** Rename, move or replace: choose a name, see everything it touches, and only then ask. */
export function Rename() {
  const { projectId } = route.useParams();
  const { ref: commit, path, line, column, name, query } = route.useSearch();
  const navigate = route.useNavigate();
  const spot = spotOf(path, line, column, commit);
  const choose = (symbol: FoundSymbol) =>
    void navigate({ search: (before) => ({ ...before, path: symbol.path, line: String(symbol.line), column: String(symbol.column) }) });
  // A new name was proposed for what the address asks for, and for nothing else.
  const search = (wanted: string) =>
    void navigate({
      search: (before) => ({ ...before, query: wanted === "" ? undefined : wanted, name: wanted === before.query ? before.name : undefined }),
      replace: true,
    });
  return (
    <Page title={refactor.title} about={refactor.about}>
      <Tabs defaultValue="rename" keepMounted={false} aria-label={refactor.what}>
        <Tabs.List mb="md">
          <Tabs.Tab value="rename">{refactor.rename}</Tabs.Tab>
          <Tabs.Tab value="move">{refactor.move}</Tabs.Tab>
          <Tabs.Tab value="replace">{refactor.replace}</Tabs.Tab>
        </Tabs.List>
        {(["rename", "move"] as const).map((kind) => (
          <Tabs.Panel key={kind} value={kind}>
            {spot === null ? (
              <SymbolSearch
                projectId={projectId}
                commit={commit}
                initial={query ?? ""}
                onSearch={search}
                onChoose={choose}
              />
            ) : (
              <Chosen kind={kind} projectId={projectId} spot={spot} suggested={name} onOther={() => void navigate({ search: { ...(query !== undefined && { query }), ...(commit !== undefined && { ref: commit }) } })} />
            )}
          </Tabs.Panel>
        ))}
        <Tabs.Panel value="replace">
          <ReplaceForm projectId={projectId} commit={commit} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

function spotOf(path: string | undefined, line: string | undefined, column: string | undefined, commit: string | undefined): Spot | null {
  const place = { line: Number(line), column: Number(column) };
  const isPlace = path !== undefined && Number.isInteger(place.line) && Number.isInteger(place.column) && place.line > 0 && place.column > 0;
  return isPlace ? { path, ...place, commit } : null;
}

interface ChosenProps {
  kind: "rename" | "move";
  projectId: string;
  spot: Spot;
  /** A new name that somebody, an AI answer say, has proposed. */
  suggested: string | undefined;
  onOther: () => void;
}

function Chosen({ kind, projectId, spot, suggested, onOther }: ChosenProps) {
  const references = useInfiniteQuery(referencesQuery(projectId, spot));
  const found = references.data?.pages[0];
  return (
    <Stack>
      <Group>
        <Text ff="monospace" size="sm">
          <CodeText text={`${spot.path}:${spot.line}:${spot.column}`} />
        </Text>
        <Button size="compact-sm" variant="default" onClick={onOther}>
          {refactor.another}
        </Button>
      </Group>
      {isBeingRead(references.error) && <BeingRead />}
      {references.isError && !isBeingRead(references.error) && <Failure error={references.error} retry={() => void references.refetch()} />}
      {references.isPending && <Loading lines={2} height={36} />}
      {found !== undefined && (
        <>
          <Text>
            {found.meant[0]?.kind.replaceAll("_", " ")}{" "}
            <Text span fw={700} ff="monospace">
              <CodeText text={found.meant[0]?.qualified_name ?? found.name} />
            </Text>
          </Text>
          {kind === "rename" ? (
            <RenameForm key={found.name} projectId={projectId} spot={spot} name={found.name} suggested={suggested} language={languageOf(spot.path) ?? ""} />
          ) : (
            <MoveForm projectId={projectId} spot={spot} />
          )}
          <Blast projectId={projectId} spot={spot} />
        </>
      )}
    </Stack>
  );
}

interface SearchProps {
  projectId: string;
  commit: string | undefined;
  initial: string;
  onSearch: (query: string) => void;
  onChoose: (symbol: FoundSymbol) => void;
}

function SymbolSearch({ projectId, commit, initial, onSearch, onChoose }: SearchProps) {
  const [typed, setTyped] = useState(initial);
  const [query] = useDebouncedValue(typed.trim(), 250);
  const symbols = useQuery({ ...symbolsQuery(projectId, query, commit), enabled: query !== "" });
  return (
    <Stack>
      <TextInput
        label={refactor.search}
        description={refactor.searchHint}
        type="search"
        autoFocus
        spellCheck={false}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onBlur={() => onSearch(typed.trim())}
        maw={520}
      />
      {query === "" ? (
        <Empty title={refactor.startTitle}>{refactor.startText}</Empty>
      ) : (
        isBeingRead(symbols.error) ? <BeingRead /> : <Answer query={symbols} loading={<Loading lines={6} height={36} />}>
          {({ items }) => (items.length === 0 ? <Empty title={refactor.nothingFound(query)}>{refactor.nothingFoundText}</Empty> : <Symbols items={items} onChoose={onChoose} />)}
        </Answer>
      )}
    </Stack>
  );
}

function BeingRead() {
  return (
    <Text role="status" size="sm">
      {refactor.beingRead}
    </Text>
  );
}

function Symbols({ items, onChoose }: { items: readonly FoundSymbol[]; onChoose: (symbol: FoundSymbol) => void }) {
  return (
    <Stack gap={4} component="ul" aria-label={refactor.found} style={{ listStyle: "none", padding: 0, margin: 0 }}>
      {items.map((symbol) => (
        <li key={`${symbol.path}:${symbol.line}:${symbol.column}`}>
          <Paper withBorder component="button" type="button" p="xs" w="100%" ta="left" style={{ cursor: "pointer" }} onClick={() => onChoose(symbol)}>
            <Group gap="sm">
              <Text ff="monospace" fw={600} size="sm">
                <CodeText text={symbol.qualified_name} />
              </Text>
              <Badge size="sm" variant="light" color="gray" autoContrast tt="none">
                {symbol.kind.replaceAll("_", " ")}
              </Badge>
              <Text size="xs" c="dimmed" ff="monospace" style={{ overflowWrap: "anywhere" }}>
                <CodeText text={`${symbol.path}:${symbol.line}`} />
              </Text>
            </Group>
          </Paper>
        </li>
      ))}
    </Stack>
  );
}
