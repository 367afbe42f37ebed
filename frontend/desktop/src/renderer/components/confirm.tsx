import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { common } from "@/strings/common.ts";
import { Failure } from "./states.tsx";

interface ConfirmProps {
  isOpen?: boolean;
  title: string;
  text: ReactNode;
  /** What the button says: what happens, never "OK". */
  action: string;
  /** What the other button says. */
  dismiss?: string;
  /** It takes something away: then the button that does it has to be looked for. */
  isBad?: boolean;
  isBusy: boolean;
  error: unknown;
  onConfirm: () => void;
  onClose: () => void;
  /** What else has to be said or chosen. */
  children?: ReactNode;
}

/** Asks before something happens, and stays with the error when it does not. */
export function Confirm({ isOpen = true, title, text, action, dismiss = common.cancel, isBad = false, isBusy, error, onConfirm, onClose, children }: ConfirmProps) {
  return (
    <Modal opened={isOpen} onClose={onClose} title={title} closeButtonProps={{ "aria-label": common.close }}>
      <Stack>
        <Text size="sm" component="div">
          {text}
        </Text>
        {children}
        {error !== null && error !== undefined && <Failure error={error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {dismiss}
          </Button>
          <Button color={isBad ? "red" : undefined} loading={isBusy} onClick={onConfirm} data-autofocus={isBad ? undefined : true}>
            {action}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
