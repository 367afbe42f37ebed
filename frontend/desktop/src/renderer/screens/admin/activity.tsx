import { Page } from "@/components/page.tsx";
import { Loading } from "@/components/states.tsx";

export function AdminActivity() {
  return (
    <Page title="AdminActivity">
      <Loading />
    </Page>
  );
}
