import { Page } from "@/components/page.tsx";
import { Loading } from "@/components/states.tsx";

export function AiResult() {
  return (
    <Page title="Result">
      <Loading />
    </Page>
  );
}
