import { createHash, generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { makeRandom } from "@keywarden/testing";
import type { WrittenKey } from "./well-known.ts";

const digest = (algorithm: string, text: string): string => createHash(algorithm).update(text).digest("hex");
const bytes = (seed: number, size: number): Buffer => Buffer.from(makeRandom(seed)(size));
const lines = (count: number, make: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => make(index)).join("\n");
const uuid = (seed: number): string =>
  bytes(seed, 16)
    .toString("hex")
    .replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/u, "$1-$2-4$3-a$4-$5");
const own = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../../../${path}`, import.meta.url)), "utf8");

const [live, test] = ["sk_" + "live_", "sk_" + "test_"];

/** What stands where keys stand and is none; what looks like a key in it is put together here. */
const placeholders: readonly string[] = [
  `STRIPE_SECRET_KEY=${live}YOUR_KEY_HERE`,
  `STRIPE_SECRET_KEY=${live}xxxxxxxxxxxxxxxxxxxxxxxx`,
  `STRIPE_SECRET_KEY=${live}...`,
  `STRIPE_SECRET_KEY=${test}your_stripe_secret_key`,
  `key: ${live}0123456789abcdef0123456789`,
  `key: ${live}abc123def456ghi789`,
  `key: ${test}\${STRIPE_KEY}`,
  `key: ${live}<your key>`,
  `GITHUB_TOKEN=ghp_${"x".repeat(36)}`,
  `GITHUB_TOKEN=ghp_${"1234567890".repeat(4).slice(0, 36)}`,
  `GITHUB_TOKEN=\${{ secrets.GITHUB_TOKEN }}`,
  `SLACK_BOT_TOKEN=xoxb-your-token-here`,
  `SLACK_BOT_TOKEN=xoxb-123456789012-1234567890123-${"x".repeat(24)}`,
  "AWS_ACCESS_KEY_ID=AK" + "IAIOSFODNN7EXAMPLE",
  "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCY" + "EXAMPLEKEY",
  "OPENAI_API_KEY=sk-...",
  `OPENAI_API_KEY=sk-proj-${"x".repeat(48)}`,
  "ANTHROPIC_API_KEY=sk-ant-api03-your-key-here",
  `GOOGLE_API_KEY=AIzaSy${"X".repeat(33)}`,
  `SENDGRID_API_KEY=SG.${"x".repeat(22)}.${"x".repeat(43)}`,
  `NPM_TOKEN=npm_${"a".repeat(36)}`,
  `API_KEY=changeme`,
  `PASSWORD=correct horse battery staple`,
  `TOKEN=$(vault read -field=token secret/app)`,
  `api_key = os.environ["API_KEY"]`,
  `apiKey: process.env.STRIPE_SECRET_KEY,`,
  `const key = await secrets.get("stripe/live");`,
  `const sk_test_helpers_are_named_like_this = true;`,
  `export function task_live_reload_everything_now() {}`,
  `hf_token = getpass("hf_token: ")`,
  `Authorization: Bearer <token>`,
  `postgres://user:password@localhost:5432/db`,
];

/** Makes what a scanner that knows its formats leaves alone, a file each. */
export function makeHardNegatives(seed: number): readonly WrittenKey[] {
  const { publicKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const files: Readonly<Record<string, readonly [ending: string, text: string]>> = {
    "checksums of a release": [
      ".txt",
      lines(40, (at) => `${digest("sha256", `a${at}`)}  keywarden-${at}.tgz`),
    ],
    "commit ids": [".md", lines(40, (at) => `- Fix it (${digest("sha1", `b${at}`)})`)],
    "MD5 sums as etags": [
      ".json",
      JSON.stringify({ etags: Array.from({ length: 40 }, (_, at) => digest("md5", `${at}`)) }),
    ],
    "identifiers of rows": [
      ".sql",
      lines(40, (at) => `INSERT INTO users (id) VALUES ('${uuid(seed + at)}');`),
    ],
    "secrets by name alone": [
      ".yml",
      lines(20, (at) => `secretRef: { name: payments-${at}, key: STRIPE_SECRET_KEY }`),
    ],
    "a lock file of npm": [".json", own("package-lock.json").slice(0, 300_000)],
    "subresource integrity": [
      ".html",
      lines(20, (at) => `<script integrity="sha384-${bytes(at, 48).toString("base64")}" crossorigin>`),
    ],
    "an image as a data address": [
      ".css",
      `.logo { background: url(data:image/png;base64,${bytes(seed, 60_000).toString("base64")}) }`,
    ],
    "base64 in columns": [
      ".txt",
      (
        bytes(seed + 1, 60_000)
          .toString("base64")
          .match(/.{1,76}/g) ?? []
      ).join("\n"),
    ],
    "base64 that addresses may hold": [
      ".json",
      JSON.stringify({ cursor: bytes(seed + 2, 20_000).toString("base64url") }),
    ],
    hexadecimal: [".hex", bytes(seed + 3, 40_000).toString("hex")],
    "a source map": [
      ".map",
      JSON.stringify({
        version: 3,
        mappings: lines(400, (at) => bytes(at, 20).toString("base64url").replaceAll(/[-_]/g, ",")).replaceAll(
          "\n",
          ";",
        ),
      }),
    ],
    "a public key": [".pem", publicKey],
    "an SSH key that is public": [
      ".pub",
      `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${bytes(seed, 32).toString("base64").slice(0, 43)} me@example.com`,
    ],
    "ULIDs and nanoids": [
      ".log",
      lines(
        40,
        (at) =>
          `request 01J${bytes(at, 30)
            .toString("base64")
            .replaceAll(/[^0-9A-Z]/g, "")
            .slice(0, 23)} user_${bytes(at + 9, 16)
            .toString("base64url")
            .replaceAll(/[-_]/g, "")}`,
      ),
    ],
    "publishable keys": [
      ".js",
      `Stripe("${"pk_" + "live_"}${bytes(seed, 40).toString("hex").slice(0, 24)}")`,
    ],
    "a schema": [".json", own("docs/keywarden.schema.json")],
    "a changelog": [".md", own("CHANGELOG.md")],
    "this program": [".ts", own("packages/scan/src/search/needle-finder-code.ts")],
    "a catalogue of formats": [".json", own("packages/key-format/src/catalogue/tables/cloud.json")],
  };
  const written = Object.entries(files).map(([id, [ending, text]]) => ({ id, ending, text }));
  return [...written, ...placeholders.map((text) => ({ id: text, ending: ".env", text: `${text}\n` }))];
}
