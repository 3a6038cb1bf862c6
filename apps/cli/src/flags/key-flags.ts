import { defineFlags } from "@keywarden/command-line";

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
    kind: "choice",
    value: "name",
    choices: ["production", "sandbox", "development"],
    summary: "where the key is valid",
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
