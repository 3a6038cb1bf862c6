import type { Fingerprint } from "./fingerprint.ts";

/** A key that another vendor's own document prints: it begins like one of ours, and opens nothing. */
export interface ForeignExample {
  readonly vendor: string;
  /** Where the vendor prints it. */
  readonly source: string;
  readonly fingerprint: Fingerprint;
}

// People copy these with the code around them. Fingerprints only: no scanner finds a key here.
const stripe = (source: string, fingerprint: Fingerprint): ForeignExample => ({
  vendor: "Stripe",
  source: `https://docs.stripe.com/${source}`,
  fingerprint,
});

/** The published examples of other vendors (key-formats.md §7.2). */
export const foreignExamples: readonly ForeignExample[] = [
  stripe("api/authentication", "f2d6ca16515033e5dce14eba840b979d27b5cbae24bb3e5bf484339667f86397"),
  stripe("api/authentication", "2cafc0970149a84f3b9e62eaf169f36f59907a3b3e31f7b82e68c69cd27f7326"),
  stripe("api/authentication", "6e207992b4a48b5c3848d2b431435e40f60ab221beb28c6e334b83f9fa025f9c"),
  stripe("payments/quickstart", "2d1f7723aabc5c7a51fcdc2463c99b5f3fdbc57cf3134db4ac12913c35976e6f"),
  stripe("payments/quickstart", "69e5a07ccf06bc5ae16c94f439748a583c4ed8d61b1fc96d0f0efa27a1bd9602"),
  stripe("checkout/quickstart", "7e8de44ea9ecf6d53415c90f5b249a8591f7abafbf7d65a2c0d855afeca3ec09"),
  stripe("js/initializing", "b1471f544ceeea31333bde7e1ecbaad6eac0d4a749412ad29bd66ef895b81c6b"),
  {
    vendor: "Azurite, the emulator of Azure Storage,",
    source: "https://learn.microsoft.com/azure/storage/common/storage-use-azurite",
    fingerprint: "900e6c2bf8ce6c14dbfdcbd6d7402e8fadd53c5464b0ffae66dce9ac06c0e061",
  },
  {
    vendor: "Tap",
    source: "https://developers.tap.company/docs/encrypted-card-flow-pci",
    fingerprint: "0aae5ca47407e925af2b51021eb9f9ce1282212db47343661fb9ceff6a3f9b46",
  },
];
