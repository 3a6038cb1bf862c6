import { defineFlags, type FlagValues, type Given } from "@keywarden/command-line";
import { connectionFlags } from "./connection-flags.ts";
import { keyFlags, sinkFlag, yesFlag } from "./key-flags.ts";
import { providerCallFlags } from "./provider-call-flags.ts";

export const rotateFlags = defineFlags({
  departed: {
    kind: "list",
    value: "member",
    summary: "rotate every key that a departed member knew; with a time: ann@acme.com=2026-01-31",
  },
  members: {
    kind: "file",
    value: "file",
    summary: "rotate every key known to someone who is missing from this list of members; see audit",
  },
  plan: {
    kind: "file",
    value: "file",
    summary: "rotate every key that keywarden audit --format json lists for rotation",
  },
  ...sinkFlag,
  ...yesFlag,
  "no-wait": {
    kind: "switch",
    summary: "stop when the new key works, and revoke the old one with a later --resume",
  },
  grace: {
    kind: "number",
    value: "seconds",
    min: 0,
    max: 99_999_999,
    summary: "how long the old key stays valid, if the provider lets you choose",
  },
  "end-grace": {
    kind: "switch",
    summary: "rotate although a previous secret is still in its grace period, which ends it",
  },
  follow: {
    kind: "switch",
    summary: "rotate the key's current successor after earlier rotations; for schedules",
  },
  resume: {
    kind: "switch",
    summary: "continue the named rotation, or all unfinished ones",
  },
  abandon: {
    kind: "switch",
    summary: "undo a rotation whose new key has not been delivered yet",
  },
  list: { kind: "switch", summary: "show the rotations of this machine" },
  status: { kind: "switch", summary: "show a rotation step by step, and what comes next" },
  ...connectionFlags,
  ...providerCallFlags,
  "call-url": {
    kind: "url",
    value: "url",
    shownDefault: "from the profile",
    summary: "where the new key is verified",
  },
  name: keyFlags.name,
  kind: keyFlags.kind,
  state: {
    kind: "folder",
    value: "folder",
    shownDefault: "keywarden in the user's state folder",
    variable: "KEYWARDEN_STATE",
    summary: "folder for the journals",
  },
});
export type RotateFlags = FlagValues<typeof rotateFlags>;

/** A call of `keywarden rotate`. */
export interface RotateCall {
  readonly flags: RotateFlags;
  readonly given: Given<"server" | "token-file">;
  readonly operands: readonly string[];
}
