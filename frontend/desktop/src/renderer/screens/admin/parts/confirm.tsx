import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { Failure } from "@/components/states.tsx";
import { common } from "@/strings/common.ts";

interface ConfirmProps {
  isOpen: boolean;
  title: string;
  text: ReactNode;
  /** What the button says: what happens, never "OK". */
  action: string;
  isBad?: boolean;
  isBusy: boolean;
  error: unknown;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before something happens, and stays with the error when it does not. */
export function Confirm({ isOpen, title, text, action, isBad = false, isBusy, error, onConfirm, onClose }: ConfirmProps) {
  return (
    <Modal opened={isOpen} onClose={onClose} title={title} closeButtonProps={{ "aria-label": common.close }}>
      <Stack>
        <Text size="sm" component="div">
          {text}
        </Text>
        {error !== null && error !== undefined && <Failure error={error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {common.close}
          </Button>
          <Button color={isBad ? "red" : undefined} loading={isBusy} onClick={onConfirm} data-autofocus>
            {action}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
