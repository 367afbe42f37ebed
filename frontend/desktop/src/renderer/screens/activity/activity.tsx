import { Page } from "@/components/page.tsx";
import { Loading } from "@/components/states.tsx";

export function ProjectActivity() {
  return (
    <Page title="Activity">
      <Loading />
    </Page>
  );
}
