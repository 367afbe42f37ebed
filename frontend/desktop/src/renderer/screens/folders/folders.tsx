import { Code, List, Stack, Text } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { Page } from "@/components/page.tsx";
import { Section } from "@/components/section.tsx";
import { folders as words } from "@/strings/folders.ts";
import { Bridge } from "./bridge.ts";
import { FolderList } from "./folder-list.tsx";

const route = getRouteApi("/shell/folders");

/** Folders of this computer, in the desktop shell; in a browser, what would be here and how to get it. */
export function Folders() {
  const { folder, proposal } = route.useSearch();
  const navigate = route.useNavigate();
  const bridge = globalThis.window.hivesync;
  if (bridge === undefined) return <InBrowser />;
  return (
    <Bridge value={bridge}>
      <FolderList
        folderId={folder}
        proposalId={proposal}
        onGo={(to) => void navigate({ search: { ...(to.folder !== undefined && { folder: to.folder }), ...(to.proposal !== undefined && { proposal: to.proposal }) } })}
      />
    </Bridge>
  );
}

function InBrowser() {
  return (
    <Page title={words.title} about={words.about}>
      <Section title={words.inBrowser}>
        <Text size="sm">{words.inBrowserText}</Text>
        <Text size="sm">{words.howToGet}</Text>
        <Text size="sm">{words.inBrowserShell}</Text>
        <List size="sm">
          {words.commands.map(([command, what]) => (
            <List.Item key={command}>
              <Stack gap={2}>
                <Code>{command}</Code>
                <Text span size="xs" c="dimmed">
                  {what}
                </Text>
              </Stack>
            </List.Item>
          ))}
        </List>
      </Section>
    </Page>
  );
}
