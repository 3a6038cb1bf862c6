import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { makeRepository, type TestRepository } from "@keywarden/testing";
import { afterEach, beforeEach } from "vitest";
import { runHere } from "./terminal.ts";

export type Files = Readonly<Record<string, string>>;

interface Told {
  readonly findings: readonly {
    readonly rule: string;
    readonly file: string | null;
    readonly line: number | null;
    readonly variable: string | null;
    readonly message: string;
    readonly next: string | null;
  }[];
  readonly checked: Readonly<Record<string, number | boolean>>;
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
  readonly problems: readonly { readonly file: string; readonly reason: string }[];
}

export interface Run {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Gives every test a repository of its own, and what writes files into it and checks them. */
export function useRepository() {
  let repository: TestRepository;
  beforeEach(async () => {
    repository = await makeRepository();
  });
  afterEach(() => {
    repository[Symbol.dispose]();
  });
  function write(files: Files, mode = 0o600): void {
    for (const [file, text] of Object.entries(files)) {
      const path = join(repository.path, file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text, { mode });
      chmodSync(path, mode);
    }
  }

  async function check(
    files: Files,
    { args = [], env = {} }: Run = {},
  ): Promise<Told & { readonly status: number }> {
    write(files);
    const surroundings = {
      directory: repository.path,
      env: { ...repository.env, NODE_ENV: undefined, CI: undefined, ...env },
    };
    const { status, stdout, stderr } = await runHere(
      ["check-env", "--format", "json", ...args],
      surroundings,
    );
    if (stdout === "") throw new Error(stderr);
    return { ...(JSON.parse(stdout) as Told), status };
  }

  return { repository: () => repository, write, check };
}

export const said = ({ findings }: Told) =>
  findings.map(({ rule, file, line }) => `${rule} ${file ?? "process"}${line === null ? "" : `:${line}`}`);
