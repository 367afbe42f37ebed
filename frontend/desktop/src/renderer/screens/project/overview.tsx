import { Page } from "@/components/page.tsx";
import { Loading } from "@/components/states.tsx";

export function Overview() {
  return (
    <Page title="Overview">
      <Loading />
    </Page>
  );
}
