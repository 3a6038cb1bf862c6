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

// gitleaks lists them among the texts that its rule for Google's API keys must let pass.
const firebase = (fingerprint: Fingerprint): ForeignExample => ({
  vendor: "Firebase's Android SDK",
  source: "https://github.com/firebase/firebase-android-sdk",
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
  firebase("2037abcaffb2b77785da716cf7ccff4ff4d00c4ea930db0167b7d71f50af7eb4"),
  firebase("3f370c9dd8225c63b5c77de1f785edc9712958f18bb612d5fa2e0ae33aeca682"),
  firebase("e4a5542bb7fd7b67e943c71ad29c34b5972c9840597e7eda53e666f44d5da0b9"),
  firebase("a19f89ab3555eac10c40741f6df79ecf0935998f15569f8db9d67bce0181fff6"),
  firebase("0b476bdf9acf2123d547b5ae76f1e59884d8ec9553ee0c47e9f31fd4768f3f3c"),
  firebase("eb540d2b6ee2a0a47c5779bc8a0141784c6b753840d4c6f4e2428a6e86e9e0b1"),
  firebase("37f8f09bdf12c2f2eae4ead7273a62ddb0c23459cbf902892f282b57f7ed6619"),
  firebase("8731261cb72d86267a32a532ebd3df429e2144e5e4ced7e13568bc9e6c8fb1b1"),
  firebase("49f777db995e8260da7ca9ffdf0c08d66f0453e97ec967018baf2cdfe3b582d0"),
  firebase("27a9a42931dff7eb2f8434e20a9bce976ea364e7bee49187f19d5cfeca9c7045"),
  firebase("dc0fcf046c61640cbd1e8b999ada3262d722c2ca4bf42dceac999020ffdbb614"),
  firebase("4c98242dcadc8b29005c6b4aad526552d5ea1842149154c0694adeec75847583"),
  firebase("ea9bb1082cf95663f5faca23b8b15ef2aa0fce0a5c6df9c32dcb85b2e0a4513d"),
  firebase("3a8b61d0f636b007840c0d40ba12bcf48465dc054cdc1a68704a33521d84b665"),
  firebase("a6c814bc555ae62c7bd8b58ec07bf559c7ed3a009976a1e0acc9cef0d4473b41"),
];
