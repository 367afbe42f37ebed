import { createTheme, defaultVariantColorsResolver, type CSSVariablesResolver, type MantineColorsTuple, type VariantColorsResolver } from "@mantine/core";

// The logo's amber, from paper to ink. 8 and 9 have at least 4.5:1 on white, 0 to 4 on the dark theme's ground.
const honey: MantineColorsTuple = [
  "#fff8e6",
  "#fdeec7",
  "#fbdf94",
  "#f8cd5c",
  "#f6bf35",
  "#e5a413",
  "#b97a0a",
  "#9a5f08",
  "#854d0e",
  "#6b3d0b",
];

// The general rule looks at the light theme's shade; on the dark theme's amber, words have to be dark.
const variantColors: VariantColorsResolver = (input) => {
  const colours = defaultVariantColorsResolver(input);
  const isPrimary = input.variant === "filled" && (input.color === undefined || input.color === input.theme.primaryColor);
  return isPrimary ? { ...colours, color: "var(--mantine-primary-color-contrast)" } : colours;
};

export const theme = createTheme({
  primaryColor: "honey",
  primaryShade: { light: 8, dark: 4 },
  colors: { honey },
  autoContrast: true,
  luminanceThreshold: 0.35,
  variantColorResolver: variantColors,
  defaultRadius: "md",
  cursorType: "pointer",
  fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace",
  headings: { fontWeight: "650" },
  respectReducedMotion: true,
  components: { Card: { defaultProps: { bg: "var(--hs-card)" } } },
});

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: { "--mantine-primary-color-contrast": "#ffffff" },
  dark: { "--mantine-primary-color-contrast": "#1c1917" },
});
