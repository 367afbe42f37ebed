import { Box, Skeleton } from "@mantine/core";
import { lazy, Suspense } from "react";
import { preview as words } from "@/strings/previews.ts";

const QrCode = lazy(() => import("./qr-code.tsx"));

/** A code that is drawn when its program is there; its place is kept. */
export function LazyQrCode({ value, label, size = 208 }: { value: string; label: string; size?: number }) {
  return (
    <Box w={size} h={size} bg="white" style={{ borderRadius: 8, overflow: "hidden", flexShrink: 0 }}>
      <Suspense fallback={<Skeleton w={size} h={size} role="status" aria-label={words.codeLoading} />}>
        <QrCode value={value} label={label} size={size} />
      </Suspense>
    </Box>
  );
}
