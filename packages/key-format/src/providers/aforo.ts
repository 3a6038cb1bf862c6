import type { BodyRule, ManagedProvider } from "../profile.ts";

const body: BodyRule = { alphabet: "base62", length: 40, stated: true, issuedLength: 40 };

/** Aforo, as its authentication page describes its keys (key-formats.md §5.1). */
export const aforo: ManagedProvider = {
  id: "aforo",
  name: "Aforo",
  formats: [
    { prefix: "sk_test_", kind: "secret", environment: "sandbox", label: "test", body },
    { prefix: "sk_live_", kind: "secret", environment: "production", label: "live", body },
  ],
  publishedExamples: [
    "a06edceee1d955b780bd66c655ca29542dc316fa7f948ddc122be69dae8cdf31",
    "dd819416b7a0b0381895522c1f39d0b8d5875c282d764f9bf32651d0f20a6abc",
  ],
  variables: [{ name: "AFORO_API_KEY", holds: "key" }],
  hosts: [
    { host: "ingest-sandbox.aforo.ai", purpose: "ingest", environment: "sandbox" },
    { host: "ingest.aforo.ai", purpose: "ingest", environment: "production" },
    { host: "api.aforo.ai", purpose: "management", environment: null },
  ],
  rotation: { schedule: null, graceSeconds: 300, procedure: "create-deploy-revoke" },
  hygiene: { dormantAfterDays: 90, rotateWithinHoursOfDeparture: 24, neverLiveInDevelopment: true },
  dialect: "aforo",
};
