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

// The keys of these documents stand in the tests of every library that implements them.
const rfc = (number: number, fingerprint: Fingerprint): ForeignExample => ({
  vendor: `RFC ${number}`,
  source: `https://www.rfc-editor.org/rfc/rfc${number}`,
  fingerprint,
});

const standardWebhooks = (fingerprint: Fingerprint): ForeignExample => ({
  vendor: "Standard Webhooks",
  source: "https://github.com/standard-webhooks/standard-webhooks",
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
    vendor: "Azurite, the emulator of Azure Storage,",
    source: "https://learn.microsoft.com/azure/storage/common/storage-use-azurite",
    fingerprint: "0011cc25eb4320717494d2703e8cba85743e71b500283c21c8b88147992f9059",
  },
  {
    vendor: "The emulator of Azure Cosmos DB",
    source: "https://learn.microsoft.com/azure/cosmos-db/emulator",
    fingerprint: "a28c56ecb012bfd03019be85518c37d2cb03e55aec4e23ffa36b756dd89b149d",
  },
  {
    vendor: "The emulator of Azure Cosmos DB",
    source: "https://learn.microsoft.com/azure/cosmos-db/emulator",
    fingerprint: "aa6547439583c3a275d4542a0df6c1ad6a863971be9f2a2220f027cc02aef615",
  },
  {
    vendor: "GitHub",
    source: "https://docs.github.com/rest/apps/apps",
    fingerprint: "0bc74d568394fb8fb11adf356e5b3d24856314b8f072a89252c8deeb70b159e1",
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
  rfc(7515, "8b1b17a9740c068accab5c3d0d652c8e3cc13206e70bb73b42ea41d4c2de3c12"),
  rfc(7516, "631f2437b2cbe42bad09b9746490d06f167cf4e56cf3706796438fad1cdd0827"),
  rfc(7516, "66ffab93055c0f16562e5f7a05e69652629c62da543d75dd01e91c9a999349ac"),
  rfc(7516, "57afc11665beb68de7ccd6df1b38453be8682ac63bb8ccdf67cce63c2db9afd2"),
  rfc(7517, "a45404ae333dd955dcff82cf28972e0f81b1e673cb70e2fc2d7d0d4c42a893bc"),
  rfc(7518, "0c9ccc0efa883292f9b414688338caa5463d9565994712ce81e43294700e281d"),
  rfc(7518, "6cebd764dd9840fcce68a04d6a5b3e04e9747dcd4e0fb76772a6f18fb56bcc8a"),
  rfc(7520, "0330b11998cbc9abd5a585e755cb5df2f73f1a5632fdcc2abb19e05e3eceddb9"),
  rfc(7520, "8f0d5d5f8ad386f971ee420446d9908516ab243d8c81b24c1b519c00f66d237f"),
  rfc(7520, "8580dd90707d8c5158d6cb777938febb4f6f4567809b698aa4b293826709aa46"),
  rfc(7520, "c10838189a432c839e70d3cbe43c097c51ceb86c787caa91daea524faef8485e"),
  rfc(7520, "fde65288758ade656d00d03a11dee9d4df0835b5950fdea8e1186c2fe1dd8fa7"),
  rfc(7520, "2677a14a465f8bf0f2f2f372f5870a097a4d13814aa68868e0467b27b3c641cf"),
  rfc(7520, "44e6c89ad9f1cbaf6aeb4062c5f2838879206dfe03f2b4ecf61db9cedd27a86e"),
  rfc(7520, "930d65dbe93c976ef0533d89d86d904974ab5e5c582c8b48096dee5e2b9b2f05"),
  rfc(7520, "79bd8cb5ce94f16b65a975159d6546a3e46ce0aff662cfba61a8f65c61c92b29"),
  rfc(7520, "5b6eff51cddd4d1316d5b060aaf0914886f4f501556a29e24ca85367758dfda9"),
  rfc(7520, "92a7d7ea52e43e7051a891902253e914208d166249aa7cda741739912c59de61"),
  rfc(7520, "243cd6766dfc55feb19c57a662e8e712c0a37e6c44a00467255e0b4ac21182b7"),
  rfc(8037, "190edf59d5736c3b3ea6bb36d57f5eb415a9b79f3201b381b8f3cb089135981f"),
  {
    vendor: "Google Authenticator's document of its addresses",
    source: "https://github.com/google/google-authenticator/wiki/Key-Uri-Format",
    fingerprint: "8be5d113c0871ce1a122d68a7dff940ab7b09ad8dfcfd9a85aa5c1acc026279e",
  },
  {
    vendor: "Google Authenticator's document of its addresses",
    source: "https://github.com/google/google-authenticator/wiki/Key-Uri-Format",
    fingerprint: "d3873980f248ddebc47bf71eaa6da93abeea8f66b2f41f57839c906edd3a6d1d",
  },
  {
    vendor: "OpenAI's SDKs, in their tests,",
    source: "https://github.com/openai/openai-node/blob/master/tests/lib/webhooks.test.ts",
    fingerprint: "d4e1077ad28d129d3a0a81d65bcf2958b6ac3362e6566ad69249b4bd9b3cbc7d",
  },
  standardWebhooks("96ad2ccd81462a766178ae09a71df55f548a3f66da11606f9cdf40b391e22dd0"),
  standardWebhooks("2dd745ff991276aed56826de4e41d9d81b006c671a1491c08e9fc74e9362d95a"),
];

/** How many characters of a key {@link exampleStarts} go by: far more than two random keys share. */
export const exampleStartSize = 20;

/**
 * Examples of which people change the end, each by the SHA-256 of its first characters: tests and manuals are full of them,
 * and whatever follows, the key opens nothing.
 */
export const exampleStarts: readonly ForeignExample[] = [
  {
    vendor: "AWS",
    source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html",
    fingerprint: "b1bada42422064838af08d3c425f91b1dba0a182e4be0194556b8e2b2a9911de",
  },
];
