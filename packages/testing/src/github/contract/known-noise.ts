import type { Breach } from "./breach.ts";

interface KnownNoise {
  readonly name: string;
  readonly reason: string;
  covers(breach: Breach): boolean;
}

/** Where GitHub's description and GitHub itself are known to differ. Everything else is a violation. */
export const knownNoise: readonly KnownNoise[] = [
  {
    name: "object-id-length",
    reason: "git-ref wants 40 digits, but the ids of a SHA-256 repository have 64",
    covers: ({ part, error }) =>
      part === "answer 200" && error?.keyword === "maxLength" && error.instancePath.endsWith("/object/sha"),
  },
  {
    name: "commit-email",
    reason: "git takes any text as an author's email and GitHub passes it on, described as an address",
    covers: ({ part, error }) =>
      part === "payload push" &&
      error?.params["format"] === "email" &&
      /\/(?:author|committer|pusher)\/email$/u.test(error.instancePath),
  },
  {
    name: "installation-account",
    reason: "the list of installations wants an account that is a user and an enterprise at once",
    covers: ({ error }) =>
      error?.schemaPath.includes(
        "/paths/~1app~1installations/get/responses/200/content/application~1json/schema/items/properties/account/anyOf",
      ) === true,
  },
];

export function isKnownNoise(breach: Breach): boolean {
  return knownNoise.some((noise) => noise.covers(breach));
}
