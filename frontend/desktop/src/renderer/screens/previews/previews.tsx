import { Page } from "@/components/page.tsx";
import { Loading } from "@/components/states.tsx";

export function Previews() {
  return (
    <Page title="Previews">
      <Loading />
    </Page>
  );
}
