import { Page } from "@/components/page.tsx";
import { Loading } from "@/components/states.tsx";

export function Jobs() {
  return (
    <Page title="Jobs">
      <Loading />
    </Page>
  );
}
