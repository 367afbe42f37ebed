import {
  IconActivity, IconAdjustments, IconArrowsDiff, IconBook, IconCalendarTime, IconChartLine, IconDashboard, IconDeviceMobile,
  IconFiles, IconFolder, IconHistory, IconHome, IconListCheck, IconScale, IconServer, IconSettings, IconSparkles, IconStack2,
  IconTransform,
} from "@tabler/icons-react";
import { ScrollArea } from "@mantine/core";
import { useLocation, useParams } from "@tanstack/react-router";
import type { ComponentType } from "react";
import { RouteNavLink } from "@/components/link.tsx";
import { isDesktop } from "@/data/environment.ts";
import { navigation } from "@/strings/common.ts";

interface Entry {
  to: string;
  label: string;
  icon: ComponentType<{ size?: number }>;
  /** Only this very address, not what lies below it. */
  isExact?: boolean;
}

const PROJECT: readonly Entry[] = [
  { to: "", label: navigation.overview, icon: IconHome, isExact: true },
  { to: "/files", label: navigation.files, icon: IconFiles },
  { to: "/reviews", label: navigation.reviews, icon: IconArrowsDiff },
  { to: "/ai", label: navigation.ai, icon: IconSparkles },
  { to: "/rename", label: navigation.refactor, icon: IconTransform },
  { to: "/previews", label: navigation.previews, icon: IconDeviceMobile },
  { to: "/activity", label: navigation.activity, icon: IconHistory },
  { to: "/settings", label: navigation.projectSettings, icon: IconSettings },
];

const ADMIN: readonly Entry[] = [
  { to: "", label: navigation.adminOverview, icon: IconDashboard, isExact: true },
  { to: "/workers", label: navigation.workers, icon: IconServer },
  { to: "/queues", label: navigation.queues, icon: IconStack2 },
  { to: "/jobs", label: navigation.adminJobs, icon: IconListCheck },
  { to: "/throughput", label: navigation.throughput, icon: IconChartLine },
  { to: "/autoscaler", label: navigation.autoscaler, icon: IconScale },
  { to: "/schedules", label: navigation.schedules, icon: IconCalendarTime },
  { to: "/activity", label: navigation.activity, icon: IconActivity },
  { to: "/settings", label: navigation.effectiveSettings, icon: IconAdjustments },
];

/** Where one can go: everywhere at first, within a project or within the administration when one is there. */
export function Navigation({ isAdmin, onGo }: { isAdmin: boolean; onGo: () => void }) {
  const { pathname } = useLocation();
  const { projectId } = useParams({ strict: false });
  const top: Entry[] = [
    { to: "/projects", label: navigation.projects, icon: IconBook, isExact: true },
    { to: "/jobs", label: navigation.jobs, icon: IconListCheck },
    ...(isDesktop ? [{ to: "/folders", label: navigation.folders, icon: IconFolder }] : []),
    ...(isAdmin ? [{ to: "/admin", label: navigation.admin, icon: IconDashboard, isExact: true }] : []),
  ];
  return (
    <ScrollArea type="auto">
      <Entries entries={top} base="" pathname={pathname} onGo={onGo} />
      {projectId !== undefined && (
        <Group label={navigation.project} entries={PROJECT} base={`/projects/${projectId}`} pathname={pathname} onGo={onGo} />
      )}
      {pathname.startsWith("/admin") && isAdmin && (
        <Group label={navigation.admin} entries={ADMIN} base="/admin" pathname={pathname} onGo={onGo} />
      )}
    </ScrollArea>
  );
}

function Group({ label, ...rest }: { label: string } & EntriesProps) {
  return (
    <nav aria-label={label} style={{ borderTop: "1px solid var(--hs-line)", marginTop: 8, paddingTop: 8 }}>
      <Entries {...rest} />
    </nav>
  );
}

interface EntriesProps {
  entries: readonly Entry[];
  base: string;
  pathname: string;
  onGo: () => void;
}

function Entries({ entries, base, pathname, onGo }: EntriesProps) {
  return entries.map(({ to, label, icon: Icon, isExact = false }) => {
    const address = `${base}${to}`;
    const isHere = isExact ? pathname === address || pathname === `${address}/` : pathname.startsWith(address);
    return (
      <RouteNavLink
        key={address}
        to={address}
        label={label}
        active={isHere}
        // The router marks what lies above the address as well, and a marked entry looks active.
        activeOptions={{ exact: isExact }}
        onClick={onGo}
        aria-current={isHere ? "page" : undefined}
        leftSection={<Icon size={18} aria-hidden />}
        style={{ borderRadius: "var(--mantine-radius-md)" }}
      />
    );
  });
}
