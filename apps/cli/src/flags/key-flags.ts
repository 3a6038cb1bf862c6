import { defineFlags } from "@keywarden/command-line";

/** What a key is, where a command makes one or has to be told. */
export const keyFlags = defineFlags({
  provider: { kind: "text", value: "id", summary: "who issues the key" },
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
    summary: "put the new key there; give it once for every sink that has the key",
  },
});

/** Changes need a yes. */
export const yesFlag = defineFlags({
  yes: { kind: "switch", summary: "really do it; without it only the plan is shown" },
});
