import { Checkbox, Code, Group, NativeSelect, Stack, Text, TextInput } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { CodeText } from "@/components/code-text.tsx";
import { InlineCode } from "@/components/inline-code.tsx";
import { Page } from "@/components/page.tsx";
import { StatusBadge } from "@/components/status-badge.tsx";
import { Empty, Failure, Loading } from "@/components/states.tsx";
import { useAllPages } from "@/data/pages.ts";
import { admin } from "@/strings/admin.ts";
import { settings as words } from "@/strings/admin-records.ts";
import { settingsQuery, type Setting } from "./data.ts";
import { DataTable, type Column } from "./parts/table.tsx";
import { matching } from "./settings-filter.ts";

const COLUMNS: readonly Column<Setting>[] = [
  {
    name: "name",
    label: words.name,
    cell: (setting) => <Code>{setting.name}</Code>,
    sort: (setting) => setting.name,
  },
  { name: "value", label: words.value, cell: (setting) => <Value setting={setting} />, width: 190 },
  {
    name: "source",
    label: words.source,
    cell: (setting) => (
      <StatusBadge status={setting.is_default ? "queued" : "planned"} label={setting.is_default ? words.byDefault : words.bySet} />
    ),
    sort: (setting) => setting.is_default,
    width: 90,
  },
  { name: "section", label: words.section, cell: (setting) => setting.section, sort: (setting) => setting.section, width: 110, priority: 2 },
  {
    name: "description",
    label: words.description,
    // Long addresses in it must not make the table wider than the page.
    cell: (setting) => (
      <Text component="span" inherit style={{ overflowWrap: "anywhere" }}>
        <InlineCode text={setting.description} />
      </Text>
    ),
    priority: 2,
  },
];

/** Settings in force; secrets never. */
export function EffectiveSettings() {
  const query = useInfiniteQuery(settingsQuery());
  // There are a few hundred: all are wanted, so that searching finds all.
  useAllPages(query);
  const [wanted, setWanted] = useState({ text: "", section: "", isChanged: false });
  const all = query.data?.pages.flatMap((page) => page.items) ?? [];
  const shown = matching(all, wanted);
  const sections = [...new Set(all.map((setting) => setting.section))].sort();
  return (
    <Page title={words.title} about={words.about}>
      <Group align="flex-end" gap="sm" mb="sm" component="search">
        <TextInput
          label={words.search}
          placeholder={words.searchHint}
          w={320}
          type="search"
          value={wanted.text}
          onChange={(event) => setWanted({ ...wanted, text: event.currentTarget.value })}
        />
        <NativeSelect
          label={words.section}
          value={wanted.section}
          onChange={(event) => setWanted({ ...wanted, section: event.currentTarget.value })}
          data={[{ value: "", label: admin.any }, ...sections]}
        />
        <Checkbox
          label={words.changed}
          mb={8}
          checked={wanted.isChanged}
          onChange={(event) => setWanted({ ...wanted, isChanged: event.currentTarget.checked })}
        />
      </Group>
      {query.data === undefined ? (
        query.isError ? <Failure error={query.error} retry={() => void query.refetch()} /> : <Loading lines={12} height={28} />
      ) : (
        <Stack gap="xs">
          {query.isFetchNextPageError && <Failure error={query.error} retry={() => void query.fetchNextPage()} />}
          <Text size="xs" c="dimmed" aria-live="polite">
            {words.count(shown.length, all.length)}
          </Text>
          {shown.length === 0 ? (
            <Empty title={words.empty}>{words.emptyText}</Empty>
          ) : (
            <DataTable caption={words.caption} columns={COLUMNS} rows={shown} rowKey={(setting) => setting.name} />
          )}
        </Stack>
      )}
    </Page>
  );
}

function Value({ setting }: { setting: Setting }) {
  if (setting.is_secret) {
    return (
      <Text inherit>
        {setting.value}
        {setting.fingerprint !== null && (
          <Text span size="xs" c="dimmed" ml={6}>
            {words.fingerprint(setting.fingerprint)}
          </Text>
        )}
      </Text>
    );
  }
  if (setting.value === "") return <Text inherit c="dimmed">{words.notSet}</Text>;
  return (
    <Text inherit ff="monospace" fz="xs" style={{ overflowWrap: "anywhere" }}>
      <CodeText text={setting.value} />
    </Text>
  );
}
