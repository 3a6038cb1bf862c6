import { isRecord } from "./is-record.ts";

/** Brings the secrets of an exported key up to the key itself: of the current one, when it was made, its hash and who made it. */
export function flattenRecord(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { secrets } = values;
  const list = Array.isArray(secrets) ? secrets.filter(isRecord) : [];
  const current = list.at(-1);
  const previous = list.at(-2);
  const maker = current?.["createdBy"] ?? values["secretCreatedBy"] ?? values["createdBy"];
  return {
    ...values,
    ...(current !== undefined && {
      generation: current["generation"],
      secretCreatedAt: current["createdAt"],
      fingerprint: current["sha256"],
      prefix: current["prefix"],
      lastFour: current["lastFour"],
    }),
    ...(previous !== undefined && previous["revokedAt"] === null && { graceUntil: previous["validUntil"] }),
    ...(typeof maker === "string" &&
      values["seenBy"] === undefined && { seenBy: [maker.replace(/^token:/, "")] }),
  };
}
