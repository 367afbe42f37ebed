import { Page } from "@/components/page.tsx";
import { Loading } from "@/components/states.tsx";

export function ProjectSettings() {
  return (
    <Page title="Project settings">
      <Loading />
    </Page>
  );
}
