import { roleMay, type Act } from "@keywarden/inventory";
import type { Viewer } from "../../markup/page.ts";

/** What can be done to several keys at once, in the order in which it is offered. */
export const severalActs = ["rotate", "tag", "disable", "revoke"] as const;
export type SeveralAct = (typeof severalActs)[number];

/** As many are changed at once: the plan lists every one of them. */
export const MOST_MARKED = 500;

export const severalWords: Readonly<Record<SeveralAct, string>> = {
  rotate: "Rotate",
  tag: "Tag",
  disable: "Disable",
  revoke: "Revoke",
};

/** The right that each needs. */
export const severalRights: Readonly<Record<SeveralAct, Act>> = {
  rotate: "rotate",
  tag: "edit",
  disable: "disable",
  revoke: "revoke",
};

/** What somebody may do to several keys by their role, once their session is unlocked. */
export const severalActsOf = ({ role }: Pick<Viewer, "role">): readonly SeveralAct[] =>
  severalActs.filter((act) => roleMay(role, severalRights[act]));
