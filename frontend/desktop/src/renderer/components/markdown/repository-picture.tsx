import { useQuery } from "@tanstack/react-query";
import { BlobImage } from "@/components/blob.tsx";
import { readBytes } from "@/data/files.ts";
import { common } from "@/strings/common.ts";
import { pictureType } from "./picture-type.ts";
import styles from "./markdown.module.css";

interface PictureProps {
  projectId: string;
  commit: string;
  path: string;
  alt: string;
}

/** A picture from the repository, drawn from memory. Its own bytes say what it is: only formats that hold no script. */
export function RepositoryPicture({ projectId, commit, path, alt }: PictureProps) {
  const picture = useQuery({
    queryKey: ["files", projectId, "picture", commit, path],
    queryFn: async () => {
      const data = await readBytes(projectId, commit, path);
      const type = pictureType(new Uint8Array(await data.slice(0, 16).arrayBuffer()));
      return type === null ? null : new Blob([data], { type });
    },
    staleTime: "static",
    gcTime: 60_000,
    structuralSharing: false,
    throwOnError: false,
  });
  if (picture.isPending) return <span className={styles["absent"]}>{alt === "" ? common.loading : alt}</span>;
  if (picture.data === undefined || picture.data === null) return <span className={styles["absent"]}>{alt === "" ? path : alt}</span>;
  return <BlobImage blob={picture.data} alt={alt} className={styles["picture"]} />;
}
