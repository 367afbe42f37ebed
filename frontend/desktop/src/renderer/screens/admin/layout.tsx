import { Outlet } from "@tanstack/react-router";
import { NotFound } from "@/components/crash.tsx";
import { useSession } from "@/data/session.ts";

/** Administrators only; to others there is nothing here, as everywhere. */
export function AdminLayout() {
  const { user } = useSession();
  return user?.is_admin === true ? <Outlet /> : <NotFound />;
}
