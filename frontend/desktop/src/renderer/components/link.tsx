import { Anchor, Button, NavLink, type AnchorProps, type ButtonProps, type NavLinkProps } from "@mantine/core";
import { createLink } from "@tanstack/react-router";
import { forwardRef, type AnchorHTMLAttributes } from "react";

/** Mantine's link, button and navigation entry, going to one of our routes: real links, so that a new tab works. */
export const RouteLink = createLink(
  forwardRef<HTMLAnchorElement, AnchorProps & AnchorHTMLAttributes<HTMLAnchorElement>>(function RouteAnchor(props, ref) {
    return <Anchor ref={ref} {...props} />;
  }),
);

export const RouteButton = createLink(
  forwardRef<HTMLAnchorElement, ButtonProps & Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof ButtonProps>>(
    function RouteButtonAnchor(props, ref) {
      return <Button component="a" ref={ref} {...props} />;
    },
  ),
);

export const RouteNavLink = createLink(
  forwardRef<HTMLAnchorElement, NavLinkProps & Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof NavLinkProps>>(
    function RouteNavAnchor(props, ref) {
      return <NavLink component="a" ref={ref} {...props} />;
    },
  ),
);
