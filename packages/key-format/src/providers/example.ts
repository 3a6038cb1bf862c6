import type { BodyRule, ManagedProvider } from "../profile.ts";

const body: BodyRule = {
  alphabet: "base62",
  length: { min: 12, max: 128 },
  stated: false,
  issuedLength: 32,
};

/** Example, whose only printed key has 12 characters after its prefix (key-formats.md §5.3). */
export const example: ManagedProvider = {
  id: "example",
  name: "Example",
  formats: [
    { prefix: "sk_test_", kind: "secret", environment: "sandbox", label: "test", body },
    { prefix: "sk_live_", kind: "secret", environment: "production", label: "live", body },
  ],
  publishedExamples: ["f9242c6565fcd7cea63a1fd4e001962219fb0c8be0d7a34e82dd32490b1b07fa"],
  variables: [{ name: "API_KEY", holds: "key" }],
  hosts: [{ host: "api.example.com", purpose: "api", environment: null }],
  rotation: { schedule: { every: "days", days: 90 }, graceSeconds: 0, procedure: "create-deploy-revoke" },
  hygiene: { dormantAfterDays: null, rotateWithinHoursOfDeparture: null, neverLiveInDevelopment: false },
  dialect: "example",
};
