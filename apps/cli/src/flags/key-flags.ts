import { defineFlags } from "@keywarden/command-line";
import { environmentWords } from "@keywarden/management/environment-words";

/** What a key is, where a command makes one or has to be told. */
export const keyFlags = defineFlags({
  provider: { kind: "text", value: "id", summary: "provider that issues the key" },
  name: { kind: "text", value: "text", summary: "what to call the key" },
  kind: {
    kind: "choice",
    value: "kind",
    choices: ["secret", "publishable", "restricted"],
    shownDefault: "secret",
    summary: "kind of key",
  },
  environment: {
    kind: "parsed",
    value: "name",
    read: readEnvironment,
    summary: "where the key is valid: production, sandbox, development or the provider's label for it",
  },
});

/** Where a new key is delivered. */
export const sinkFlag = defineFlags({
  to: {
    kind: "list",
    value: "sink",
    summary: "deliver the new key to this sink; repeat it for every sink that holds the key",
  },
});

/** Changes need a yes. */
export const yesFlag = defineFlags({
  yes: { kind: "switch", summary: "carry it out; without --yes only the plan is shown" },
});

/** Reads an environment by any of its names. @throws RangeError */
export function readEnvironment(text: string): "production" | "sandbox" | "development" {
  if (Object.hasOwn(environmentWords, text)) return environmentWords[text as keyof typeof environmentWords];
  throw new RangeError(
    `"${text}" is not an environment; there are production (live, prod), sandbox (test, sand) and development (dev)`,
  );
}
