import { Page } from "@/components/page.tsx";
import { Loading } from "@/components/states.tsx";

export function AdminJob() {
  return (
    <Page title="AdminJob">
      <Loading />
    </Page>
  );
}
