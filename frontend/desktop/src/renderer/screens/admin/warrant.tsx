import { Page } from "@/components/page.tsx";
import { Loading } from "@/components/states.tsx";

export function Warrant() {
  return (
    <Page title="Warrant">
      <Loading />
    </Page>
  );
}
