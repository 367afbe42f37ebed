import { Button, Checkbox, Group, Modal, Pill, Stack, Text, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useState } from "react";
import { CodeText } from "@/components/code-text.tsx";
import { ProjectTree } from "@/components/tree/project-tree.tsx";
import { ai } from "@/strings/ai.ts";
import { common } from "@/strings/common.ts";

interface PathsProps {
  projectId: string;
  reference: string | undefined;
  paths: readonly string[];
  isMulti: boolean;
  /** What is wrong with the one path. */
  error: string | undefined;
  onChange: (paths: readonly string[]) => void;
}

/** Which files a question is about: typed, or chosen in the tree. */
export function Paths(props: PathsProps) {
  const [isOpen, dialog] = useDisclosure(false);
  return (
    <>
      {props.isMulti ? <ManyPaths {...props} onChoose={dialog.open} /> : <OnePath {...props} onChoose={dialog.open} />}
      <Modal opened={isOpen} onClose={dialog.close} title={props.isMulti ? ai.choosePaths : ai.chooseFile} size="lg" closeButtonProps={{ "aria-label": common.close }}>
        {isOpen && <Chooser {...props} onDone={dialog.close} />}
      </Modal>
    </>
  );
}

function OnePath({ paths, error, onChange, onChoose }: PathsProps & { onChoose: () => void }) {
  return (
    <Group align={error === undefined ? "flex-end" : "center"} gap="xs" wrap="nowrap">
      <TextInput
        label={ai.path}
        flex={1}
        required
        value={paths[0] ?? ""}
        error={error}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => onChange(event.currentTarget.value === "" ? [] : [event.currentTarget.value])}
      />
      <Button variant="default" onClick={onChoose}>
        {ai.choose}
      </Button>
    </Group>
  );
}

function ManyPaths({ paths, onChange, onChoose }: PathsProps & { onChoose: () => void }) {
  return (
    <Stack gap={4} role="group" aria-label={ai.paths}>
      <Text size="sm" fw={500}>
        {ai.paths}
      </Text>
      <Group gap="xs">
        {paths.map((path) => (
          <Pill
            key={path}
            withRemoveButton
            onRemove={() => onChange(paths.filter((one) => one !== path))}
            removeButtonProps={{ "aria-label": ai.removePath(path), tabIndex: 0, "aria-hidden": false }}
          >
            <CodeText text={path} />
          </Pill>
        ))}
        {paths.length === 0 && (
          <Text size="sm" c="dimmed">
            {ai.pathsHint}
          </Text>
        )}
        <Button variant="default" size="xs" onClick={onChoose}>
          {ai.choose}
        </Button>
      </Group>
    </Stack>
  );
}

function Chooser({ projectId, reference, paths, isMulti, onChange, onDone }: PathsProps & { onDone: () => void }) {
  const [withFolders, setWithFolders] = useState(false);
  const choose = (path: string) => {
    if (!isMulti) {
      onChange([path]);
      onDone();
    } else onChange(paths.includes(path) ? paths.filter((one) => one !== path) : [...paths, path]);
  };
  return (
    <Stack gap="sm">
      {isMulti && (
        <Checkbox
          label={ai.pickFolders}
          checked={withFolders}
          onChange={(event) => setWithFolders(event.currentTarget.checked)}
        />
      )}
      <ProjectTree
        projectId={projectId}
        reference={reference}
        selected={new Set(paths)}
        isMulti={isMulti}
        areFoldersChosen={isMulti && withFolders}
        height="min(420px, 50dvh)"
        onOpen={(entry) => choose(entry.path)}
      />
      {isMulti && (
        <Group justify="space-between">
          <Text size="sm" c="dimmed" aria-live="polite">
            {ai.chosenCount(paths.length)}
          </Text>
          <Button onClick={onDone}>{common.close}</Button>
        </Group>
      )}
    </Stack>
  );
}
