import { useCallback } from "react";

/** An image whose bytes are in this window's memory; their address is let go with the image. */
export function BlobImage({ blob, alt, className }: { blob: Blob; alt: string; className?: string | undefined }) {
  const fill = useCallback(
    (image: HTMLImageElement) => {
      const url = URL.createObjectURL(blob);
      image.src = url;
      return () => URL.revokeObjectURL(url);
    },
    [blob],
  );
  return <img ref={fill} alt={alt} className={className} />;
}

/** Have the browser save bytes under a name. What needs a login cannot be linked: it is fetched, then saved. */
export function saveBlob(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const anchor = document.createElement("a");
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  // Not at once: the browser has only been told to begin.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
