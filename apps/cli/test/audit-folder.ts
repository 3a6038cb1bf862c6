import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeTemporaryDirectory, type TemporaryDirectory } from "@keywarden/testing";
import { afterEach, beforeEach } from "vitest";
import { runHere } from "./terminal.ts";

export interface Told {
  readonly findings: readonly {
    readonly rule: string;
    readonly key: { readonly id: string };
    readonly deadline: string | null;
    readonly remainingHours: number | null;
    readonly next: string;
  }[];
  readonly unjudged: readonly { readonly rules: readonly string[]; readonly keys: number }[];
  readonly departures: readonly object[];
  readonly accepted: readonly object[];
  readonly audited: { readonly keys: number; readonly live: number; readonly belowSeverity: number };
  readonly policies: Readonly<Record<string, { readonly dormantAfterDays: number }>>;
}

/** Gives every test a folder of its own, and what writes inventories into it and audits them. */
export function useAudit() {
  let place: TemporaryDirectory;
  beforeEach(() => {
    place = makeTemporaryDirectory();
  });
  afterEach(() => {
    place.remove();
  });
  const write = (name: string, content: string | object): void => {
    writeFileSync(join(place.path, name), typeof content === "string" ? content : JSON.stringify(content));
  };
  const audit = (...args: readonly string[]) => runHere(["audit", ...args], { directory: place.path });

  async function auditJson(
    keys: readonly object[],
    ...args: readonly string[]
  ): Promise<Told & { status: number; stderr: string }> {
    write("keys.json", { keys });
    const { status, stdout, stderr } = await audit("--from", "keys.json", "--format", "json", ...args);
    if (stdout === "") throw new Error(stderr);
    return { ...(JSON.parse(stdout) as Told), status, stderr };
  }

  return { place: () => place, write, audit, auditJson };
}

export const said = ({ findings }: Told) => findings.map(({ rule, key }) => `${rule} ${key.id}`);
