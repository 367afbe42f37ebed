import { Button, List, SimpleGrid, Skeleton, Stack, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconPlus, IconSearch } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import type { ProjectOut } from "@shared/api/schema.ts";
import { unwrap } from "@shared/api/client.ts";
import { ListingAnswer } from "@/components/listing.tsx";
import { Page } from "@/components/page.tsx";
import { Empty } from "@/components/states.tsx";
import { api } from "@/data/environment.ts";
import { pagesQuery, useListing } from "@/data/listing.ts";
import { projects as words } from "@/strings/projects.ts";
import { ProjectCard } from "./project-card.tsx";

const route = getRouteApi("/shell/projects");
// Its forms weigh as much as the list, and most visits need only the list.
const ConnectDialog = lazy(() => import("./connect-dialog.tsx").then((module) => ({ default: module.ConnectDialog })));
// Each card asks three questions of the server.
const CARDS = 24;

/** Everything you work on, and the way to more. */
export function Projects() {
  const { connect } = route.useSearch();
  const navigate = route.useNavigate();
  const listing = useListing(
    pagesQuery(["projects", "list"], (place) => unwrap(api.GET("/api/v1/projects", { params: { query: { limit: 200, ...place } } }))),
  );
  const open = () => void navigate({ search: { connect: "url" } });
  const close = () => void navigate({ search: {} });
  const button = (
    <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={open}>
      {words.connect}
    </Button>
  );
  const isEmpty = listing.items?.length === 0;
  return (
    <Page title={words.title} about={words.about} actions={isEmpty ? undefined : button}>
      <ListingAnswer listing={listing} empty={<First action={button} />} loading={<Waiting />}>
        {(items) => <Found items={items} />}
      </ListingAnswer>
      {connect !== undefined && (
        <Suspense>
          <ConnectDialog place={connect} onPlace={(place) => void navigate({ search: { connect: place }, replace: true })} onClose={close} />
        </Suspense>
      )}
    </Page>
  );
}

function Found({ items }: { items: readonly ProjectOut[] }) {
  const [text, setText] = useState("");
  const [wanted] = useDebouncedValue(text.trim(), 150);
  const [shown, setShown] = useState(CARDS);
  const found = searchProjects(items, wanted);
  return (
    <Stack>
      <TextInput
        label={words.search}
        placeholder={words.searchHint}
        type="search"
        maw={420}
        leftSection={<IconSearch size={16} aria-hidden />}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {found.length === 0 && (
        <Empty
          title={words.noMatch(wanted)}
          action={
            <Button variant="default" onClick={() => setText("")}>
              {words.clearSearch}
            </Button>
          }
        />
      )}
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} component="ul" p={0} m={0} style={{ listStyle: "none" }}>
        {found.slice(0, shown).map((project) => (
          <ProjectCard key={project.id} project={project} />
        ))}
      </SimpleGrid>
      {found.length > shown && (
        <Button variant="default" style={{ alignSelf: "center" }} onClick={() => setShown(shown + CARDS)}>
          {words.moreProjects(found.length - shown)}
        </Button>
      )}
    </Stack>
  );
}

/** Projects whose name or address holds every word. */
export function searchProjects(items: readonly ProjectOut[], text: string): readonly ProjectOut[] {
  const wanted = text.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return items.filter((project) => {
    const known = `${project.name} ${project.repo_url ?? ""}`.toLocaleLowerCase();
    return wanted.every((word) => known.includes(word));
  });
}

function First({ action }: { action: React.ReactNode }) {
  return (
    <Empty title={words.firstTitle} action={action}>
      <Stack gap="sm" mb="sm">
        <Text>{words.firstText}</Text>
        <List type="ordered" ta="left" style={{ alignSelf: "center" }}>
          {words.firstSteps.map((step) => (
            <List.Item key={step}>{step}</List.Item>
          ))}
        </List>
      </Stack>
    </Empty>
  );
}

function Waiting() {
  return (
    <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} role="status" aria-label={words.title} pt={84}>
      {[0, 1, 2].map((card) => (
        <Skeleton key={card} height={184} radius="md" />
      ))}
    </SimpleGrid>
  );
}
