import { spawnSync } from "node:child_process";
import { createHash, generateKeyPairSync, randomBytes, type KeyObject } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { providersOf } from "@keywarden/key-format";
import { defaultPolicy, judgeMatches, makeScanner } from "@keywarden/scan";
import { makePuttyFile, makeTemporaryDirectory, sha256 } from "@keywarden/testing";
import { describe, expect, it } from "vitest";

const scanner = makeScanner({ providers: providersOf([]).providers, sha256 });

/** What the one finding in a text says of the key. */
function reasonOf(text: string): string {
  const { findings } = judgeMatches(scanner.scanText(text), "id.pem", defaultPolicy);
  expect(findings).toHaveLength(1);
  return findings[0]?.reason ?? "";
}

const shownIn = (reason: string): string | undefined => /SHA256:\S+/.exec(reason)?.[0];

const field = (content: Buffer): Buffer => {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(content.length);
  return Buffer.concat([size, content]);
};
const number = (digits = ""): Buffer => {
  const bytes = Buffer.from(digits, "base64url");
  return Buffer.concat([Buffer.alloc((bytes[0] ?? 0) >> 7), bytes]);
};

/** The public key as SSH writes it, from what node:crypto says of it. */
function blobOf(key: KeyObject): Buffer {
  const { kty, n, e, crv = "", x = "", y = "" } = key.export({ format: "jwk" });
  if (kty === "RSA") return Buffer.concat([Buffer.from("ssh-rsa"), number(e), number(n)].map(field));
  if (kty === "OKP") {
    return Buffer.concat([Buffer.from("ssh-ed25519"), Buffer.from(x, "base64url")].map(field));
  }
  const curve = crv.replace("P-", "nistp");
  const point = Buffer.concat([Buffer.of(4), Buffer.from(x, "base64url"), Buffer.from(y, "base64url")]);
  return Buffer.concat([Buffer.from(`ecdsa-sha2-${curve}`), Buffer.from(curve), point].map(field));
}

const fingerprintOf = (blob: Buffer): string =>
  `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`;

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const curves = ["P-256", "P-384", "P-521"].map(
  (namedCurve) => [namedCurve, generateKeyPairSync("ec", { namedCurve })] as const,
);
const ed25519 = generateKeyPairSync("ed25519");
const pem = (key: KeyObject, type: "pkcs1" | "pkcs8" | "sec1"): string =>
  key.export({ format: "pem", type }).toString();

const readable = [
  ["RSA in PKCS #1", pem(rsa.privateKey, "pkcs1"), rsa.publicKey],
  ["RSA in PKCS #8", pem(rsa.privateKey, "pkcs8"), rsa.publicKey],
  ...curves.flatMap(
    ([name, { privateKey, publicKey }]) =>
      [
        [`${name} in SEC 1`, pem(privateKey, "sec1"), publicKey],
        [`${name} in PKCS #8`, pem(privateKey, "pkcs8"), publicKey],
      ] as const,
  ),
] as const;

/** A file in the form of OpenSSH, with something in place of its private part. */
function openSsh(blob: Buffer, cipher: string, keys = 1): string {
  const count = Buffer.alloc(4);
  count.writeUInt32BE(keys);
  const parts = [...[cipher, "none", ""].map((text) => field(Buffer.from(text))), count, field(blob)];
  const bytes = Buffer.concat([Buffer.from("openssh-key-v1\0"), ...parts, field(randomBytes(160))]);
  const lines = bytes.toString("base64").replace(/.{70}/g, "$&\n");
  const name = "OPENSSH PRIVATE KEY";
  return `-----BEGIN ${name}-----\n${lines}\n-----END ${name}-----\n`;
}

/** A file of PuTTY's for the public key. */
function puttyFile(publicBlob: Buffer, cipher: string, version = 3): string {
  const firstLine = `PuTTY-User-Key-File-${version}: ssh-rsa`;
  return `${makePuttyFile(firstLine, { seed: 1, publicBlob, cipher, macBytes: version === 3 ? 32 : 20 })}\n`;
}

const hasSshKeygen = spawnSync("ssh-keygen", ["-?"]).error === undefined;

/** What `ssh-keygen` says of a private key in a file. */
function askSshKeygen(file: string): string | undefined {
  return shownIn(spawnSync("ssh-keygen", ["-lf", file], { encoding: "utf8" }).stdout);
}

describe("a private key's finding", () => {
  it.each(readable)("tells the fingerprint of the public key: %s", (_, text, publicKey) => {
    const reason = reasonOf(text);
    expect(reason).toContain("; not encrypted; its public key is SHA256:");
    expect(shownIn(reason)).toBe(fingerprintOf(blobOf(publicKey)));
    expect(shownIn(reasonOf(JSON.stringify({ key: text })))).toBe(shownIn(reason));
  });

  it.each(["none", "aes256-ctr"])("tells it of a file of OpenSSH, with the cipher %s", (cipher) => {
    const blob = blobOf(ed25519.publicKey);
    const reason = reasonOf(openSsh(blob, cipher));
    expect(reason).toContain(cipher === "none" ? "not encrypted" : "encrypted with a passphrase");
    expect(shownIn(reason)).toBe(fingerprintOf(blob));
  });

  it.each([
    ["none", 3],
    ["aes256-cbc", 3],
    ["none", 2],
  ])("tells it of a file of PuTTY, with the cipher %s, of version %d", (cipher, version) => {
    const blob = blobOf(rsa.publicKey);
    const text = puttyFile(blob, cipher, version);
    for (const form of [text, text.replaceAll("\n", "\r\n"), JSON.stringify({ key: text })]) {
      const reason = reasonOf(form);
      expect(reason).toContain(cipher === "none" ? "; not encrypted" : "encrypted with a passphrase");
      expect(shownIn(reason)).toBe(fingerprintOf(blob));
    }
    const template = text.replace(/(Lines: \d+\n)[^:]+\n/g, "$1…\n");
    expect(scanner.scanText(template)).toEqual([]);
  });

  it.runIf(hasSshKeygen)("tells what ssh-keygen tells", () => {
    using folder = makeTemporaryDirectory();
    const file = join(folder.path, "id");
    for (const [name, text] of readable) {
      writeFileSync(file, text, { mode: 0o600 });
      expect([name, shownIn(reasonOf(text))]).toEqual([name, askSshKeygen(file)]);
    }
    for (const [type, passphrase] of [
      ["ed25519", ""],
      ["ecdsa", "correct horse"],
    ] as const) {
      const path = join(folder.path, type);
      const made = spawnSync("ssh-keygen", [
        "-q",
        "-a",
        "1",
        "-t",
        type,
        "-N",
        passphrase,
        "-C",
        "",
        "-f",
        path,
      ]);
      expect(made.status).toBe(0);
      const reason = reasonOf(readFileSync(path, "utf8"));
      expect(reason.includes("not encrypted")).toBe(passphrase === "");
      expect([type, shownIn(reason)]).toEqual([type, askSshKeygen(`${path}.pub`)]);
    }
  });

  it("says nothing of a public key that does not stand there, or that SSH has none of", () => {
    const locked = { cipher: "aes-256-cbc", passphrase: "correct horse" } as const;
    const bitcoin = generateKeyPairSync("ec", { namedCurve: "secp256k1" });
    const pss = generateKeyPairSync("rsa-pss", { modulusLength: 2048 });
    const texts = [
      pem(ed25519.privateKey, "pkcs8"),
      pem(bitcoin.privateKey, "sec1"),
      pem(pss.privateKey, "pkcs8"),
      rsa.privateKey.export({ format: "pem", type: "pkcs1", ...locked }).toString(),
      rsa.privateKey.export({ format: "pem", type: "pkcs8", ...locked }).toString(),
      openSsh(blobOf(ed25519.publicKey), "none", 2),
    ];
    const reasons = texts.map(reasonOf);
    expect(reasons.map(shownIn)).toEqual(texts.map(() => undefined));
    expect(reasons.map((reason) => reason.includes("not encrypted"))).toEqual([
      true,
      true,
      true,
      false,
      false,
      true,
    ]);
  });

  it("is found whole in base64, as `client-key-data` and variables of CI hold it, also wrapped", () => {
    const text = pem(rsa.privateKey, "pkcs8");
    const digits = Buffer.from(text).toString("base64");
    expect(digits.length).toBeGreaterThan(2200);
    const wrapped = digits.replace(/.{76}/g, "$&\n    ");
    for (const written of [`    client-key-data: ${digits}\n`, `KEY_BASE64="${digits}"`, wrapped]) {
      expect(scanner.scanText(written).map(({ secret }) => secret.reveal())).toEqual([text.trimEnd()]);
    }
  });

  it("stays a finding when its bytes end too early or are damaged", () => {
    const [, text] = readable[0];
    const der = rsa.privateKey.export({ format: "der", type: "pkcs1" });
    const wrap = (bytes: Buffer): string =>
      text.replace(/(-----\n)[^-]+/, `$1${bytes.toString("base64").replace(/.{64}/g, "$&\n")}\n`);
    for (let size = 600; size < der.length; size += 97) {
      expect(shownIn(reasonOf(wrap(der.subarray(0, size))))).toBeUndefined();
    }
    for (let at = 4; at < 24; at += 1) {
      const damaged = Buffer.from(der);
      damaged[at] = 0xff;
      reasonOf(wrap(damaged));
    }
  });

  it("holds nothing of the private part", () => {
    for (const text of [...readable.map(([, one]) => one), puttyFile(blobOf(rsa.publicKey), "none")]) {
      const { findings } = judgeMatches(scanner.scanText(text), "id.pem", defaultPolicy);
      const shown = JSON.stringify(findings);
      const lines = text.split("\n").filter((line) => line !== "" && !/^-|:/.test(line));
      expect(lines.filter((line) => shown.includes(line.slice(0, 16)))).toEqual([]);
    }
  });
});
