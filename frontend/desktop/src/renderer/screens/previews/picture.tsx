import { Box, Skeleton, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { BlobImage } from "@/components/blob.tsx";
import { previewPictureQuery } from "@/data/previews.ts";
import { preview as words } from "@/strings/previews.ts";

const WIDTH = 220;
const HEIGHT = 420;

/** The app's first screen. Its place is kept while it comes. */
export function Picture({ projectId, jobId, isReady }: { projectId: string; jobId: string; isReady: boolean }) {
  const picture = useQuery({ ...previewPictureQuery(projectId, jobId), enabled: isReady });
  return (
    <Box w={WIDTH} maw="100%" mih={picture.isError ? undefined : HEIGHT}>
      {picture.data !== undefined && <BlobImage blob={picture.data} alt={words.pictureAlt} className="first-screen" />}
      {picture.data === undefined && isReady && !picture.isError && <Skeleton h={HEIGHT} radius={12} />}
      {(picture.isError || !isReady) && (
        <Text size="sm" c="dimmed">
          {isReady ? words.noPicture : words.waitingPicture}
        </Text>
      )}
    </Box>
  );
}
