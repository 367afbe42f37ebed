import { Button, Code, CopyButton, Group, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { SessionOpenedOut } from "@shared/api/schema.ts";
import { useNow } from "@/components/now.ts";
import { common } from "@/strings/common.ts";
import { preview as words } from "@/strings/previews.ts";
import { LazyQrCode } from "./lazy-qr-code.tsx";

/** Minutes and seconds until a moment, or null when it is over. */
export function timeLeft(until: Date, now: Date): string | null {
  const seconds = Math.ceil((until.getTime() - now.getTime()) / 1000);
  if (seconds <= 0) return null;
  const rest = String(seconds % 60).padStart(2, "0");
  return `${Math.floor(seconds / 60)}:${rest}`;
}

/** A session's code: to scan, to copy, with the time that is left. */
export function TokenPanel({ opened, renew }: { opened: SessionOpenedOut; renew?: ReactNode }) {
  const left = timeLeft(new Date(opened.expires_at), useNow(1_000));
  return (
    <Group align="flex-start" gap="md">
      <div style={{ opacity: left === null ? 0.25 : 1 }}>
        <LazyQrCode value={opened.qr_url} label={words.codeAlt} />
      </div>
      <Stack gap="xs" flex="1 1 16rem" miw={0}>
        <Text size="sm">{words.codeAbout}</Text>
        <Text size="sm" fw={600} role="timer">
          {left === null ? words.expired : words.expiresIn(left)}
        </Text>
        <Text size="xs" c="dimmed">
          {words.address}
        </Text>
        <Code block style={{ overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}>
          {opened.qr_url}
        </Code>
        <Group gap="xs">
          <CopyButton value={opened.qr_url}>
            {({ copied, copy }) => (
              <Button size="xs" variant="default" onClick={copy}>
                {copied ? common.copied : words.copyAddress}
              </Button>
            )}
          </CopyButton>
          {renew}
        </Group>
      </Stack>
    </Group>
  );
}
