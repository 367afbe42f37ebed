import { Page } from "@/components/page.tsx";
import { Loading } from "@/components/states.tsx";

export function AdminOverview() {
  return (
    <Page title="AdminOverview">
      <Loading />
    </Page>
  );
}
