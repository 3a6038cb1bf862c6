import type { ChangePage } from "../operator/changes.ts";
import type { Identity } from "../operator/operator-api.ts";
import type { KeyMetadata } from "../schemas/key-metadata.ts";
import type { ManagedKey } from "../schemas/managed-key.ts";
import { endpointPattern, isIpRange, isOrigin, wordPattern } from "../schemas/restriction-rules.ts";
import { tokenRoles } from "../schemas/token-roles.ts";
import type { AnswerOf } from "./answer-schemas.ts";

type Members = Readonly<Record<string, unknown>>;

const isText = (value: unknown): value is string => typeof value === "string";
const isCount = (value: unknown, least: number): boolean =>
  Number.isSafeInteger(value) && Number(value) >= least;
const orNull = (holds: (value: unknown) => boolean, value: unknown): boolean =>
  value === null || holds(value);
const isList = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
const isOneOf = (values: readonly unknown[], value: unknown): boolean => values.includes(value);

/** Whether it is an object with these members and no others, which the schema would leave out. */
function hasOnly(value: unknown, names: number): value is Members {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.keys(value).length === names
  );
}

// As servers write it. What else is an instant is left to the schema, and so are days that no month has.
const day =
  /(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31|02-29/;
const time = /(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}/;
const instant = new RegExp(`^\\d{4}-(?:${day.source})T${time.source}Z$`);

function isInstant(value: unknown): boolean {
  if (!isText(value) || !instant.test(value)) return false;
  // Asking the clock for every instant took longer than all else that is looked at here.
  return value.slice(5, 10) !== "02-29" || new Date(value).toJSON() === value;
}

function isGrace(value: unknown): boolean {
  if (!hasOnly(value, 2)) return false;
  const { until, remainingSeconds } = value;
  return isInstant(until) && typeof remainingSeconds === "number" && remainingSeconds >= 0;
}

const metadataName = /^[\w.:-]{1,64}$/;

function isMetadata(value: unknown): value is KeyMetadata {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const members = Object.entries(value);
  return (
    members.length <= 50 &&
    members.every(
      ([name, member]) =>
        metadataName.test(name) &&
        name !== "__proto__" &&
        (typeof member === "number" ||
          typeof member === "boolean" ||
          (isText(member) && member.length <= 500)),
    )
  );
}

const listOf = (holds: (value: unknown) => boolean, most: number) => (value: unknown) =>
  Array.isArray(value) && value.length > 0 && value.length <= most && value.every(holds);
const shortText = (most: number, holds: (text: string) => boolean) => (value: unknown) =>
  isText(value) && value.length <= most && holds(value);
const isWord = shortText(100, (text) => wordPattern.test(text));

const isRateLimit = (value: unknown): boolean =>
  hasOnly(value, 2) &&
  isCount(value["requests"], 1) &&
  Number(value["requests"]) <= 1_000_000_000 &&
  isCount(value["windowSeconds"], 1) &&
  Number(value["windowSeconds"]) <= 86_400;

const bounds: ReadonlyMap<string, (value: unknown) => boolean> = new Map([
  ["ipRanges", listOf(shortText(60, isIpRange), 100)],
  ["referrers", listOf(shortText(300, isOrigin), 100)],
  [
    "endpoints",
    listOf(
      shortText(300, (text) => endpointPattern.test(text)),
      100,
    ),
  ],
  ["rateLimits", listOf(isRateLimit, 5)],
  ["product", isWord],
  ["tenant", isWord],
  ["projectTags", listOf(isWord, 100)],
]);

/** Whether it is what a key is bound to. */
const isRestrictions = (value: unknown): boolean =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  Object.entries(value).every(([name, member]) => bounds.get(name)?.(member) === true);

const kinds = ["secret", "publishable", "restricted"];
const environments = ["production", "sandbox", "development"];
const states = ["active", "disabled", "revoked", "expired"];
const everyMember = 23;

/** Whether a key is as the schema gives it, with all that can be left out. */
function isKey(value: unknown): value is ManagedKey {
  if (typeof value !== "object" || value === null) return false;
  const [hasMetadata, hasBounds] = ["metadata" in value, "restrictions" in value];
  if (!hasOnly(value, everyMember + Number(hasMetadata) + Number(hasBounds))) return false;
  const key = value;
  return (
    isText(key["id"]) &&
    key["id"] !== "" &&
    isText(key["provider"]) &&
    key["provider"] !== "" &&
    isText(key["name"]) &&
    isOneOf(kinds, key["kind"]) &&
    isOneOf(environments, key["environment"]) &&
    isText(key["label"]) &&
    isText(key["prefix"]) &&
    isText(key["lastFour"]) &&
    isCount(key["generation"], 1) &&
    isCount(key["revision"], 0) &&
    isOneOf(states, key["state"]) &&
    isInstant(key["createdAt"]) &&
    isInstant(key["secretCreatedAt"]) &&
    orNull(isInstant, key["lastUsedAt"]) &&
    isInstant(key["trackingSince"]) &&
    orNull(isInstant, key["expiresAt"]) &&
    orNull(isInstant, key["revokedAt"]) &&
    orNull(isInstant, key["disabledAt"]) &&
    orNull(isGrace, key["grace"]) &&
    orNull(isText, key["owner"]) &&
    isList(key["tags"]) &&
    orNull(isList, key["permissions"]) &&
    orNull(isText, key["replaces"]) &&
    (!hasMetadata || isMetadata(key["metadata"])) &&
    (!hasBounds || isRestrictions(key["restrictions"]))
  );
}

const areKeys = (value: unknown): boolean => Array.isArray(value) && value.every(isKey);

function readKeyPage(body: unknown): AnswerOf<"keyPage"> | null {
  if (!hasOnly(body, 3)) return null;
  const { keys, nextCursor, total } = body;
  const isPage = areKeys(keys) && orNull(isText, nextCursor) && orNull((count) => isCount(count, 0), total);
  return isPage ? (body as AnswerOf<"keyPage">) : null;
}

const changeKinds = ["key", "token", "alert", "rotation", "event"];

function isChange(value: unknown): boolean {
  if (!hasOnly(value, 8)) return false;
  const { sequence, at, kind, id, action, actor, keyId, provider } = value;
  return (
    Number.isSafeInteger(sequence) &&
    isInstant(at) &&
    isOneOf(changeKinds, kind) &&
    [id, action, actor].every(isText) &&
    orNull(isText, keyId) &&
    orNull(isText, provider)
  );
}

const changeMark = /^[0-9a-f]{16}$/;

function readChangePage(body: unknown): ChangePage | null {
  // A page of an older server has no mark.
  if (!hasOnly(body, 5)) return null;
  const { changes, keys, nextAfter, mark, hasMore } = body;
  const isPage =
    Array.isArray(changes) &&
    changes.every(isChange) &&
    areKeys(keys) &&
    Number.isSafeInteger(nextAfter) &&
    isText(mark) &&
    changeMark.test(mark) &&
    typeof hasMore === "boolean";
  return isPage ? (body as unknown as ChangePage) : null;
}

function readIdentity(body: unknown): Identity | null {
  if (!hasOnly(body, 2)) return null;
  return isText(body["principal"]) && isOneOf(tokenRoles, body["role"])
    ? (body as unknown as Identity)
    : null;
}

/**
 * Reads answers that a terminal waits for, without their schemas, whose loading takes longer: exactly those that the
 * schema would give back as they are. Null for any other, and the schema decides.
 */
export const quickAnswers: {
  readonly [Name in "keyPage" | "changePage" | "identity"]: (body: unknown) => AnswerOf<Name> | null;
} = {
  keyPage: readKeyPage,
  changePage: readChangePage,
  identity: readIdentity,
};
