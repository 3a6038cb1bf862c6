/** What can be done to several keys at once, in the order in which it is offered. */
export const severalActs = ["rotate", "tag", "disable", "revoke"] as const;
export type SeveralAct = (typeof severalActs)[number];
