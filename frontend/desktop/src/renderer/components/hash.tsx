import { CopyButton, Tooltip, UnstyledButton } from "@mantine/core";
import { common } from "@/strings/common.ts";

/** The first characters of a commit, a digest or an id; a click copies the whole. */
export function Hash({ value, length = 10 }: { value: string; length?: number }) {
  return (
    <CopyButton value={value}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? common.copied : value} withArrow>
          <UnstyledButton onClick={copy} ff="monospace" fz="sm" aria-label={`${common.copy} ${value.slice(0, length)}`}>
            {value.slice(0, length)}
          </UnstyledButton>
        </Tooltip>
      )}
    </CopyButton>
  );
}
