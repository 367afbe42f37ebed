import { Alert, Box, Button, Group, Text } from "@mantine/core";
import { lazy, Suspense, useMemo, type Ref } from "react";
import type { FileContentOut } from "@shared/api/schema.ts";
import { folderOf } from "@shared/files/paths.ts";
import type { CodeHandle, CodeViewProps } from "@/components/code/code-view.tsx";
import { CodeText } from "@/components/code-text.tsx";
import { RouteLink } from "@/components/link.tsx";
import { Markdown } from "@/components/markdown/markdown.tsx";
import { RepositoryPicture } from "@/components/markdown/repository-picture.tsx";
import { resolveInRepository } from "@/components/markdown/resolve.ts";
import { fileSize } from "@/components/file-size.ts";
import { Empty, Loading } from "@/components/states.tsx";
import { files } from "@/strings/files.ts";

const CodeView = lazy(() => import("@/components/code/code-view.tsx"));

// Beyond these a grammar costs more time than its colours are worth.
const LONGEST_COLOURED = 1_500_000;
const LONGEST_COLOURED_LINE = 20_000;
const PICTURES = /\.(png|jpe?g|gif|webp)$/i;

interface FileBodyProps extends Pick<CodeViewProps, "isWrapped" | "chosen" | "notes" | "onSelect" | "onLine" | "onNote"> {
  projectId: string;
  content: FileContentOut;
  isRendered: boolean;
  onWhole: () => void;
  isLoadingWhole: boolean;
  ref: Ref<CodeHandle>;
}

/** The file itself, in the form that suits what it is. */
export function FileBody({ projectId, content, isRendered, onWhole, isLoadingWhole, ref, ...code }: FileBodyProps) {
  const { path, commit, encoding } = content;
  if (content.symlink_target !== null) return <Symlink projectId={projectId} content={content} target={content.symlink_target} />;
  if (content.is_lfs_pointer) return <Empty title={files.lfs}>{nullable(content.content)}</Empty>;
  if (encoding === "base64") {
    if (!PICTURES.test(path)) return <Empty title={content.is_binary ? files.binary : files.notUtf8}>{files.binaryText}</Empty>;
    return (
      <Box p="md" ta="center">
        <RepositoryPicture projectId={projectId} commit={commit} path={path} alt={path} />
      </Box>
    );
  }
  if (content.size === 0) return <Empty title={files.emptyFile} />;
  if (isRendered) {
    return (
      <Box p="md" maw={900}>
        <Markdown text={content.content} origin={{ projectId, commit, folder: folderOf(path) }} />
      </Box>
    );
  }
  return (
    <Box h="100%" style={{ display: "flex", flexDirection: "column" }}>
      {content.truncated && (
        <Alert variant="light" color="orange" p="xs" radius={0}>
          <Group gap="sm">
            <Text size="sm">{files.cut(fileSize(new Blob([content.content]).size), fileSize(content.size))}</Text>
            <Button size="compact-xs" variant="default" loading={isLoadingWhole} onClick={onWhole}>
              {files.showAll}
            </Button>
          </Group>
        </Alert>
      )}
      <TextBody content={content} code={code} codeRef={ref} />
    </Box>
  );
}

type Code = Pick<CodeViewProps, "isWrapped" | "chosen" | "notes" | "onSelect" | "onLine" | "onNote">;

function TextBody({ content, code, codeRef }: { content: FileContentOut; code: Code; codeRef: Ref<CodeHandle> }) {
  const isColoured = useMemo(() => canBeColoured(content.content), [content.content]);
  return (
    <Box flex={1} mih={0}>
      <Suspense
        fallback={
          <Box p="md">
            <Loading lines={14} height={14} />
          </Box>
        }
      >
        <CodeView ref={codeRef} path={content.path} text={content.content} label={files.code(content.path)} isHighlighted={isColoured} {...code} />
      </Suspense>
    </Box>
  );
}

function canBeColoured(text: string): boolean {
  if (text.length > LONGEST_COLOURED) return false;
  for (let from = 0; from < text.length; ) {
    const end = text.indexOf("\n", from);
    const line = (end === -1 ? text.length : end) - from;
    if (line > LONGEST_COLOURED_LINE) return false;
    from += line + 1;
  }
  return true;
}

function Symlink({ projectId, content, target }: { projectId: string; content: FileContentOut; target: string }) {
  const inside = target.startsWith("/") ? null : resolveInRepository(folderOf(content.path), encodeURI(target));
  return (
    <Empty title={files.symlink}>
      {inside === null ? (
        <CodeText text={target} />
      ) : (
        <RouteLink to="/projects/$projectId/files" params={{ projectId }} search={{ path: inside, ref: content.commit }}>
          <CodeText text={target} />
        </RouteLink>
      )}
    </Empty>
  );
}

function nullable(text: string) {
  return text === "" ? undefined : <CodeText text={text} />;
}
