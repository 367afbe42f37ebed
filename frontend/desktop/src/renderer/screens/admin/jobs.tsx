import { Page } from "@/components/page.tsx";
import { Loading } from "@/components/states.tsx";

export function AdminJobs() {
  return (
    <Page title="AdminJobs">
      <Loading />
    </Page>
  );
}
