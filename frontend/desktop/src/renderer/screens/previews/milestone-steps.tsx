import { Group, Loader, Progress, Stack, Text, ThemeIcon, VisuallyHidden } from "@mantine/core";
import { IconCheck, IconX } from "@tabler/icons-react";
import type { PreviewStatusOut } from "@shared/api/schema.ts";
import { preview as words } from "@/strings/previews.ts";
import { stepsOf, type Step } from "./milestones.ts";

/** The five milestones, as a row of steps that tells its changes to assistive technology. */
export function MilestoneSteps({ status }: { status: PreviewStatusOut }) {
  const steps = stepsOf(status);
  const percent = Math.round(status.progress * 100);
  const active = steps.find(({ state }) => state === "active" || state === "failed");
  return (
    <Stack gap="sm">
      <Group component="ol" grow p={0} m={0} gap="xs" aria-label={words.milestones} style={{ listStyle: "none" }} preventGrowOverflow={false}>
        {steps.map((step) => (
          <StepItem key={step.name} step={step} />
        ))}
      </Group>
      <Progress value={percent} color={status.status === "failed" ? "red" : "blue"} aria-label={words.milestones} />
      <Group justify="space-between">
        <Text size="sm">{status.why}</Text>
        <Text size="sm" c="dimmed">
          {words.percent(percent)}
          {status.attempt > 1 && ` · ${words.attempt(status.attempt, status.max_attempts)}`}
        </Text>
      </Group>
      <VisuallyHidden aria-live="polite">
        {active === undefined ? status.status : `${words.steps[active.name]}: ${words.stepStates[active.state]}`}
      </VisuallyHidden>
    </Stack>
  );
}

const COLOURS = { done: "green", active: "blue", waiting: "gray", failed: "red" } as const;

function StepItem({ step: { name, state } }: { step: Step }) {
  return (
    <Stack component="li" align="center" gap={2} miw={72} aria-current={state === "active" ? "step" : undefined}>
      <ThemeIcon radius="xl" size={28} color={COLOURS[state]} variant={state === "waiting" ? "outline" : "filled"} aria-hidden>
        {state === "done" && <IconCheck size={16} />}
        {state === "failed" && <IconX size={16} />}
        {state === "active" && <Loader size={14} color="white" />}
      </ThemeIcon>
      <Text size="sm" fw={state === "active" ? 650 : 400}>
        {words.steps[name]}
      </Text>
      <Text size="xs" c="dimmed">
        {words.stepStates[state]}
      </Text>
    </Stack>
  );
}
