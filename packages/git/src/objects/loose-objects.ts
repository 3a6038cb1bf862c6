import { lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isObjectId } from "../object-id.ts";
import type { Repository } from "../repository.ts";
import { makeContentCheck } from "./content-check.ts";
import type { GitObject } from "./git-object.ts";
import { inflateAll } from "./inflate-all.ts";

// For more, or larger ones, starting git costs little beside the reading; for a service it costs more.
const mostObjects = 16;
const mostOfMirror = 200;
const mostFileBytes = 128 * 1024;
const mostBytes = 1024 * 1024;

/**
 * Reads objects that each lie in a file of their own, as whatever was just staged does, without starting git.
 *
 * `null` where git had better read them: more than 16 (in a mirror 200), or one of them packed, larger than 1 MiB, damaged, another's, or
 * in an object directory that a variable names.
 */
export function readLooseObjects(
  { commonDirectory, env, objectFormat, keepsReader = false }: Repository,
  ids: ReadonlySet<string>,
  takesAsWritten = false,
): readonly GitObject[] | null {
  if (ids.size > (keepsReader ? mostOfMirror : mostObjects) || (env["GIT_OBJECT_DIRECTORY"] ?? "") !== "")
    return null;
  const objects: GitObject[] = [];
  if (ids.size === 0) return objects;
  const isOwn = takesAsWritten ? null : makeContentCheck({ objectFormat });
  for (const id of ids) {
    if (!isObjectId(id)) return null;
    const path = join(commonDirectory, "objects", id.slice(0, 2), id.slice(2));
    const object = readLoose(path, id);
    if (object === null) return null;
    const whole = { ...object, sizeBytes: object.bytes.length, offsetBytes: 0 };
    if (isOwn !== null && isOwn(whole) !== true) return null;
    objects.push(object);
  }
  return objects;
}

function readLoose(path: string, id: string): GitObject | null {
  let text: Buffer | null;
  try {
    const { size } = lstatSync(path);
    if (size > mostFileBytes) return null;
    text = inflateAll(readFileSync(path), mostBytes);
  } catch {
    // git says what is wrong with it, or has it elsewhere.
    return null;
  }
  if (text === null) return null;
  const end = text.indexOf(0);
  const [, type, size] =
    /^(blob|commit|tree|tag) (0|[1-9]\d{0,9})$/u.exec(text.toString("latin1", 0, end)) ?? [];
  const bytes = text.subarray(end + 1);
  if (type === undefined || Number(size) !== bytes.length) return null;
  return { id, type: type as GitObject["type"], bytes };
}
