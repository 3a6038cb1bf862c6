import type { JsonRecord } from "./guard-event.ts";

/** What a patch of Codex's form does to one file. */
export interface PatchedFile {
  readonly path: string;
  /** The lines that it takes out; null where it removes the file. */
  readonly removed: string | null;
  readonly added: string;
}

/** Is this the tool that takes such a patch? */
export const isPatching = (tool: string): boolean => /(?:^|[._])apply_patch$/i.test(tool);

// https://developers.openai.com/codex: a shell command that is nothing but such a patch is applied as one.
const handed = /^\s*apply_patch\s*<<\s*(["']?)(\w+)\1[ \t]*\n(.*)\n\2\s*$/s;

/** Gives the patch that a shell command applies, where it does nothing else; or null. */
export function patchIn(input: JsonRecord): string | null {
  const { command } = input;
  const [, , end = "", body = null] = typeof command === "string" ? (handed.exec(command) ?? []) : [];
  return body === null || body.split("\n").includes(end) ? null : body;
}

/** Gives a patch without the lines that it takes out, and without those that only say where it applies. */
export function withoutRemoved(patch: string): string {
  let isUpdate = false;
  return patch
    .split("\n")
    .filter((line) => {
      if (line.startsWith("*** ")) isUpdate = line.startsWith("*** Update File:");
      return !isUpdate || !/^(?:[- ]|@@)/.test(line);
    })
    .join("\n");
}

/** Gives what a patch does to each file that it names. */
export function readPatch(patch: string): readonly PatchedFile[] {
  return patch
    .split(/^(?=\*\*\* (?:Add|Update|Delete) File: )/m)
    .slice(1)
    .map((section) => {
      const [first = "", ...lines] = section.split("\n");
      const [, action = "", path = ""] = /^\*\*\* (\w+) File: (.*?)\s*$/.exec(first) ?? [];
      const moved = lines.find((line) => line.startsWith("*** Move to: "));
      const linesWith = (sign: string): string =>
        lines
          .filter((line) => line.startsWith(sign))
          .map((line) => line.slice(1))
          .join("\n");
      const isGone = action === "Delete" || moved !== undefined;
      return { path, removed: isGone ? null : linesWith("-"), added: linesWith("+") };
    });
}
