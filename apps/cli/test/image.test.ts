import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { makeTemporaryDirectory } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { live, restricted, test } from "./command.ts";
import { tarOf, type WrittenEntry } from "@keywarden/testing";
import { runHere } from "./terminal.ts";

const blobPath = (bytes: Buffer): string =>
  `blobs/sha256/${createHash("sha256").update(bytes).digest("hex")}`;
const digestOf = (bytes: Buffer): string => blobPath(bytes).replace("blobs/sha256/", "sha256:");
const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

const ociLayer = "application/vnd.oci.image.layer.v1.tar";
const layers = [
  tarOf([
    { name: "./app/.env", content: `API_KEY=${live}\n` },
    { name: "etc/motd", content: "hello" },
  ]),
  tarOf([{ name: "app/.wh..env" }, { name: "opt/tool/x", content: "x" }]),
];
const config = json({
  config: { Env: ["PATH=/bin", `PAY_KEY=${test}`] },
  rootfs: { type: "layers" },
  history: [
    { created_by: "/bin/sh -c #(nop) COPY . /app" },
    { created_by: "ENV PATH=/bin", empty_layer: true },
    { created_by: `RUN curl -H "Authorization: Bearer ${restricted}" https://example.com` },
  ],
});

/** An OCI layout with these layers, as the entries of its archive. */
function layoutOf(
  blobs: readonly { readonly bytes: Buffer; readonly mediaType: string; readonly urls?: readonly string[] }[],
  { isHeld = (): boolean => true }: { readonly isHeld?: (index: number) => boolean } = {},
): readonly WrittenEntry[] {
  const manifest = json({
    config: { mediaType: "application/vnd.oci.image.config.v1+json", digest: digestOf(config) },
    layers: blobs.map(({ bytes, mediaType, urls }) => ({ mediaType, digest: digestOf(bytes), urls })),
  });
  const index = json({
    manifests: [
      { digest: digestOf(manifest), annotations: { "org.opencontainers.image.ref.name": "shop:1.0" } },
      { digest: `sha256:${"0".repeat(64)}`, platform: { os: "linux", architecture: "arm64" } },
    ],
  });
  return [
    ...blobs.filter((_, at) => isHeld(at)).map(({ bytes }) => ({ name: blobPath(bytes), content: bytes })),
    ...[manifest, config].map((content) => ({ name: blobPath(content), content })),
    { name: "index.json", content: index },
    { name: "oci-layout", content: '{"imageLayoutVersion":"1.0.0"}' },
  ];
}

/** What `docker save` wrote until 2023, with a layer that is a link to another one. */
const savedEntries: readonly WrittenEntry[] = [
  { name: "aaaa/layer.tar", content: layers[0] ?? "" },
  { name: "bbbb/layer.tar", content: layers[1] ?? "" },
  { name: "cccc/layer.tar", type: "2", link: "../bbbb/layer.tar" },
  { name: "cccc/json", content: json({ config: { Env: [`PAY_KEY=${test}`] } }) },
  { name: "config.json", content: config },
  {
    name: "manifest.json",
    content: json([
      {
        Config: "config.json",
        RepoTags: ["shop:1.0"],
        Layers: ["aaaa/layer.tar", "bbbb/layer.tar", "cccc/layer.tar"],
      },
    ]),
  },
];

interface Report {
  readonly findings: readonly { readonly member: string; readonly reason: string; readonly line: number }[];
  readonly summary: {
    readonly unread: readonly { readonly location: string; readonly reason: string }[];
    readonly skipped: readonly { readonly part: string }[];
  };
}

async function scan(place: string, bytes: Buffer | null): Promise<Report & { readonly status: number }> {
  if (bytes !== null) writeFileSync(join(place, "image.tar"), bytes);
  const args = ["scan", "--package", "--format", "json", bytes === null ? "layout" : "image.tar"];
  const { status, stdout } = await runHere(args, { directory: place });
  return { ...(JSON.parse(stdout) as Report), status };
}

describe("the archive of an image", () => {
  const expected = [
    ["config!/Env/PAY_KEY", "in the environment variable PAY_KEY: "],
    ["config!/history/3", "in step 3 of the image's history: "],
    ["layer 1 of ", "made by COPY . /app, deleted in layer 2 and still in the image: "],
  ] as const;

  it.each([
    ["docker save", (): Buffer => tarOf(savedEntries)],
    ["docker save in gzip", (): Buffer => gzipSync(tarOf(savedEntries))],
    [
      "an OCI layout with layers in gzip and Zstandard",
      (): Buffer =>
        tarOf(
          layoutOf([
            { bytes: gzipSync(layers[0] ?? ""), mediaType: `${ociLayer}+gzip` },
            { bytes: zstdCompressSync(layers[1] ?? ""), mediaType: `${ociLayer}+zstd` },
          ]),
        ),
    ],
  ])("is scanned layer by layer, what is deleted too, with environment and history: %s", async (_, make) => {
    using place = makeTemporaryDirectory();
    const { findings, summary, status } = await scan(place.path, make());
    expect(summary.unread).toEqual([]);
    expect(status).toBe(1);
    expect(findings).toHaveLength(expected.length);
    for (const [at, [member, reason]] of expected.entries()) {
      expect(findings[at]?.member).toContain(member);
      expect(findings[at]?.reason).toContain(reason);
    }
    expect(findings[2]?.member).toMatch(/^layer 1 of [23]!\/app\/\.env$/);
  });

  it("may be unpacked to a folder, and says which images it does not hold", async () => {
    using place = makeTemporaryDirectory();
    const bytes = gzipSync(layers[0] ?? "");
    for (const { name, content = "" } of layoutOf([{ bytes, mediaType: `${ociLayer}+gzip` }])) {
      mkdirSync(dirname(join(place.path, "layout", name)), { recursive: true });
      writeFileSync(join(place.path, "layout", name), content);
    }
    const { findings, summary, status } = await scan(place.path, null);
    expect([status, findings.length]).toEqual([1, 3]);
    expect(summary.skipped).toMatchObject([{ part: "linux/arm64" }]);
  });

  it("could not be told where the archive holds none of the images that it names", async () => {
    using place = makeTemporaryDirectory();
    const index = { schemaVersion: 2, manifests: [{ digest: `sha256:${"a".repeat(64)}`, size: 1 }] };
    const { summary, status } = await scan(
      place.path,
      tarOf([
        { name: "oci-layout", content: "{}" },
        { name: "index.json", content: JSON.stringify(index) },
      ]),
    );
    expect(status).toBe(2);
    expect(summary.unread).toMatchObject([{ reason: "the archive names this image and does not hold it" }]);
  });

  it("could not be told where a layer is not there, elsewhere, encrypted or no archive", async () => {
    using place = makeTemporaryDirectory();
    const made = (mark: string, mediaType: string, urls: readonly string[] = []) => ({
      bytes: Buffer.from(mark),
      mediaType,
      urls,
    });
    const archive = tarOf(
      layoutOf(
        [
          made("not there", `${ociLayer}+gzip`),
          made("elsewhere", "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", [
            "https://example.com",
          ]),
          made("encrypted", `${ociLayer}+gzip+encrypted`),
          made("no archive", ociLayer),
          { bytes: Buffer.alloc(1024), mediaType: ociLayer },
          made("{}", "application/vnd.in-toto+json"),
        ],
        { isHeld: (index) => index > 1 },
      ),
    );
    const { summary, status } = await scan(place.path, archive);
    expect(status).toBe(2);
    expect(summary.unread.map(({ location, reason }) => `${location}: ${reason}`)).toEqual([
      "image.tar!/layer 1 of 6: it is not in the archive",
      "image.tar!/layer 2 of 6: its content is kept elsewhere, not in the archive",
      "image.tar!/layer 3 of 6: it is encrypted",
      "image.tar!/layer 4 of 6: it is not an archive that could be opened",
    ]);
  });

  it("is one whose JSON nobody has to believe", async () => {
    using place = makeTemporaryDirectory();
    const endless = { manifests: [{ digest: `sha256:${"1".repeat(64)}` }] };
    for (const [name, content] of [
      ["manifest.json", '[null, 3, {"Layers": 7}, {"Layers": [[]], "Config": {}}]'],
      ["manifest.json", "[".repeat(100_000)],
      ["index.json", JSON.stringify({ manifests: [null, { digest: "../../etc/passwd" }] })],
    ] as const) {
      const { status, findings } = await scan(place.path, tarOf([{ name, content }]));
      expect([0, 2]).toContain(status);
      expect(findings).toEqual([]);
    }
    const loop = tarOf([
      { name: "index.json", content: JSON.stringify(endless) },
      { name: `blobs/sha256/${"1".repeat(64)}`, content: JSON.stringify(endless) },
    ]);
    expect((await scan(place.path, loop)).status).toBe(0);
  });
});
