import { Page } from "@/components/page.tsx";
import { Loading } from "@/components/states.tsx";

export function Throughput() {
  return (
    <Page title="Throughput">
      <Loading />
    </Page>
  );
}
