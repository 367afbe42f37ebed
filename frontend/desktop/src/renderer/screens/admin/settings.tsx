import { Page } from "@/components/page.tsx";
import { Loading } from "@/components/states.tsx";

export function EffectiveSettings() {
  return (
    <Page title="EffectiveSettings">
      <Loading />
    </Page>
  );
}
