export const markdown = {
  done: "Done",
  open: "Open",
} as const;
