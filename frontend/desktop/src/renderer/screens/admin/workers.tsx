import { Page } from "@/components/page.tsx";
import { Loading } from "@/components/states.tsx";

export function Workers() {
  return (
    <Page title="Workers">
      <Loading />
    </Page>
  );
}
