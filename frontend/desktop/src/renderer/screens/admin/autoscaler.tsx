import { Page } from "@/components/page.tsx";
import { Loading } from "@/components/states.tsx";

export function Autoscaler() {
  return (
    <Page title="Autoscaler">
      <Loading />
    </Page>
  );
}
