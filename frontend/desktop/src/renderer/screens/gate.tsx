import { Navigate, Outlet, redirect, useLocation } from "@tanstack/react-router";
import { session } from "@/data/environment.ts";
import { useSession } from "@/data/session.ts";

const OPEN_TO_ALL = new Set(["/sign-in", "/sign-up"]);

/** Before a screen is loaded: whoever is not signed in goes to the sign-in page and comes back afterwards. */
export function requireSignedIn({ location }: { location: { href: string } }): void {
  // The router takes a redirect that is thrown.
  // oxlint-disable-next-line typescript/only-throw-error
  if (session.read().status === "signed_out") throw redirect({ to: "/sign-in", search: { next: location.href } });
}

/** Moves people when they sign in or out. */
export function Gate() {
  const { status } = useSession();
  const location = useLocation();
  const isOpen = OPEN_TO_ALL.has(location.pathname);
  if (status === "signed_out" && !isOpen) return <Navigate to="/sign-in" search={{ next: location.href }} replace />;
  if (status === "signed_in" && isOpen) return <Navigate to={nextOf(location.search)} replace />;
  return <Outlet />;
}

/** Where to go after signing in: an address of ours, never of anybody else's. */
export function nextOf(search: { next?: string }): string {
  const next = search.next ?? "";
  // Browsers read a backslash as a slash, and pass over blanks and control characters: "/\t/elsewhere" names another host.
  const isOurs = /^\/(?!\/)[^\\\p{Cc}\s]*$/u.test(next);
  return isOurs && !OPEN_TO_ALL.has(next.split("?")[0] ?? "") ? next : "/projects";
}
