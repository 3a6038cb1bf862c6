import { createHash } from "node:crypto";

const suffix = /^(.*) rot-[0-9a-f]{8}-[0-9a-f]{8}$/su;

// The provider's limit for a name is 100 characters.
const longestBase = 78;

/**
 * Names the key that succeeds another one, so that a lost answer can be found again: `<name> rot-<old key>-<rotation>`.
 * The mark of an earlier rotation is replaced, not repeated.
 */
export function successorName(keyName: string, keyId: string, rotationId: string): string {
  return `${markable(keyName)} ${successorMark(keyId)}${rotationId}`;
}

/** Whether a key of that name was made by a rotation of the other key. */
export function isSuccessor(
  { name, replaces }: { readonly name: string; readonly replaces?: string | null | undefined },
  old: { readonly id: string; readonly name: string },
): boolean {
  if (typeof replaces === "string") return replaces === old.id;
  return suffix.test(name) && name.startsWith(`${markable(old.name)} ${successorMark(old.id)}`);
}

/** A key's name without the mark of an earlier rotation. */
export function baseName(keyName: string): string {
  return suffix.exec(keyName)?.[1] ?? keyName;
}

const markable = (keyName: string): string => baseName(keyName).slice(0, longestBase).trimEnd();

/** What the names of all successors of one key have in common. */
export function successorMark(keyId: string): string {
  return `rot-${createHash("sha256").update(keyId, "utf8").digest("hex").slice(0, 8)}-`;
}

/** The same of a name that has one; null of every other name. */
export function successorMarkOf(name: string): string | null {
  return / (rot-[0-9a-f]{8}-)[0-9a-f]{8}$/.exec(name)?.[1] ?? null;
}
