import { SegmentedControl, type MantineColorScheme } from "@mantine/core";
import { useAppearance } from "@/data/preferences.ts";
import { navigation } from "@/strings/common.ts";
import { Failure } from "./states.tsx";

const SCHEMES = Object.entries(navigation.schemes).map(([value, label]) => ({ value, label }));

/** Dark, light, or as the system has it. */
export function AppearanceChoice({ size = "sm" }: { size?: "xs" | "sm" }) {
  const { scheme, choose, error } = useAppearance();
  return (
    <>
      <SegmentedControl
        fullWidth
        size={size}
        aria-label={navigation.theme}
        value={scheme}
        onChange={(value) => choose(value as MantineColorScheme)}
        data={SCHEMES}
      />
      {error !== null && <Failure error={error} />}
    </>
  );
}
