import { describeSystemError } from "@keywarden/command-line";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { CliError } from "../cli-error.ts";
import type { DueKey } from "./due-key.ts";

/**
 * Reads which keys `keywarden audit --format json` told to rotate, each once, by the nearest of its deadlines.
 *
 * @throws CliError CLI_PATH for a file that cannot be read or is not such a report
 */
export function readPlan(file: string, directory: string): readonly DueKey[] {
  const findings = fieldOf(parse(file, directory), "findings");
  if (!Array.isArray(findings)) throw unusable(file, "it is not a report of keywarden audit --format json");
  const due = new Map<string, DueKey>();
  for (const [index, finding] of findings.entries()) {
    const next = fieldOf(finding, "next");
    if (typeof next !== "string") throw unusable(file, `findings[${index}] has no next command`);
    if (!next.startsWith("keywarden rotate ")) continue;
    const key = readFinding(finding, (what) => unusable(file, `findings[${index}] ${what}`));
    const name = `${key.provider} ${key.keyId}`;
    const earlier = due.get(name);
    if (earlier === undefined || (key.deadlineMs ?? Infinity) < (earlier.deadlineMs ?? Infinity))
      due.set(name, key);
  }
  return [...due.values()];
}

function readFinding(finding: unknown, bad: (what: string) => CliError): DueKey {
  const key = fieldOf(finding, "key");
  const text = (of: unknown, name: string): string => {
    const value = fieldOf(of, name);
    if (typeof value === "string") return value;
    throw bad(`has no ${name}`);
  };
  const deadline = fieldOf(finding, "deadline");
  const deadlineMs = typeof deadline === "string" ? Date.parse(deadline) : null;
  if (deadlineMs !== null && Number.isNaN(deadlineMs)) throw bad("has a deadline that is not a time");
  return {
    keyId: text(key, "id"),
    provider: text(key, "provider"),
    name: text(key, "name"),
    redacted: text(key, "key"),
    deadlineMs,
    reason: text(finding, "message"),
  };
}

function parse(file: string, directory: string): unknown {
  try {
    return JSON.parse(readFileSync(resolve(directory, file), "utf8").replace(/^\uFEFF/, ""));
  } catch (error) {
    // The reason of JSON.parse quotes the text.
    const why = error instanceof SyntaxError ? "it is not JSON" : describeSystemError(error);
    throw unusable(file, `it cannot be read: ${why}`, error);
  }
}

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;

const unusable = (file: string, why: string, cause?: unknown): CliError =>
  new CliError("CLI_PATH", `The audit in ${file} cannot be used: ${why}.`, { cause });
