import { Page } from "@/components/page.tsx";
import { Loading } from "@/components/states.tsx";

export function AiJobs() {
  return (
    <Page title="AI">
      <Loading />
    </Page>
  );
}
