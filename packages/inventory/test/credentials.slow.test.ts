import { chmodSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Secret } from "@keywarden/key-format";
import { assertNoKey, makeTemporaryDirectory, type TemporaryDirectory } from "@keywarden/testing";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openEncryptedFile } from "../src/login/open-encrypted-file.ts";
import { openKeyring } from "../src/login/open-keyring.ts";
import { openText, sealText } from "../src/login/seal-file.ts";

let place: TemporaryDirectory;
beforeEach(() => void (place = makeTemporaryDirectory()));
afterEach(() => place.remove());

const token = new Secret(`kwt_${"a1B2c3D4".repeat(5)}`);
const passphrase = "correct horse battery";
const storeAt = (path: string, word = passphrase) => openEncryptedFile(path, () => Promise.resolve(word));

describe("the encrypted file", () => {
  it("gives back what was kept, to nobody without the passphrase, and shows nothing of it", async () => {
    const path = join(place.path, "folder", "credentials");
    const store = storeAt(path);
    expect(await store.read("https://a")).toBeNull();
    await store.write("https://a", token);
    expect((await store.read("https://a"))?.reveal()).toBe(token.reveal());
    expect(await store.read("https://b")).toBeNull();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    assertNoKey(readFileSync(path), [token]);
    expect(readFileSync(path, "utf8")).not.toContain("https://a");
    await expect(storeAt(path, "correct horse batter").read("https://a")).rejects.toMatchObject({
      code: "LOGIN_CREDENTIALS",
      message: `${path} does not open: the passphrase is wrong, or the file was changed.`,
    });
    await expect(storeAt(path, "something else").write("https://a", token)).rejects.toThrow("wrong");
    expect((await store.read("https://a"))?.reveal()).toBe(token.reveal());
    expect([await store.remove("https://b"), await store.remove("https://a")]).toEqual([false, true]);
    expect(await store.read("https://a")).toBeNull();
  });

  it("loses nothing when several write at once, and leaves no lock behind", async () => {
    const path = join(place.path, "credentials");
    const servers = Array.from({ length: 3 }, (_, index) => `https://${index}`);
    await Promise.all(servers.map((server) => storeAt(path).write(server, new Secret(`kwt_${server}`))));
    const read = await Promise.all(servers.map((server) => storeAt(path).read(server)));
    expect(read.map((one) => one?.reveal())).toEqual(servers.map((server) => `kwt_${server}`));
    expect(() => statSync(`${path}.lock`)).toThrow("ENOENT");
  });

  const change = (member: string, value: unknown) => (text: string) => {
    const file = JSON.parse(text) as Record<string, unknown>;
    const [outer = "", inner] = member.split(".");
    if (inner === undefined) file[outer] = value;
    else file[outer] = { ...(file[outer] as object), [inner]: value };
    return JSON.stringify(file);
  };
  const flip = (member: string) => (text: string) => {
    const file = JSON.parse(text) as Record<string, string>;
    const bytes = Buffer.from(file[member] ?? "", "base64");
    bytes[0] = (bytes[0] ?? 0) ^ 1;
    return JSON.stringify({ ...file, [member]: bytes.toString("base64") });
  };

  // Sealed once: what makes a passphrase costly to guess makes this costly to repeat.
  let sealed: string;
  beforeAll(async () => {
    using folder = makeTemporaryDirectory();
    await storeAt(join(folder.path, "credentials")).write("https://a", token);
    sealed = readFileSync(join(folder.path, "credentials"), "utf8");
  });

  it.each([
    ["its content", flip("content"), "was changed"],
    ["its tag", flip("tag"), "was changed"],
    ["a shorter tag", change("tag", "AAAA"), "was changed"],
    ["its nonce", flip("nonce"), "was changed"],
    ["its salt", change("kdf.salt", "AAAAAAAAAAAAAAAAAAAAAA=="), "was changed"],
    ["a cheaper key", change("kdf.cost", 2 ** 16), "was changed"],
    ["a key that takes all memory", change("kdf.cost", 2 ** 30), "header"],
    ["another function", change("kdf.name", "plain"), "header"],
    ["a later version", change("version", 2), "newer Keywarden"],
    ["another form", change("format", "x"), "not a Keywarden credentials file"],
    ["half of it", (text: string) => text.slice(0, 100), "not a Keywarden credentials file"],
    ["nothing", () => "", "not a Keywarden credentials file"],
  ])("with %s changed does not open", async (_, damage, words) => {
    const path = join(place.path, "credentials");
    writeFileSync(path, damage(sealed), { mode: 0o600 });
    await expect(storeAt(path).read("https://a")).rejects.toMatchObject({
      code: "LOGIN_CREDENTIALS",
      message: expect.stringContaining(words) as string,
    });
  });

  it("is never the same twice", async () => {
    const [first, second] = [await sealText("text", passphrase), await sealText("text", passphrase)];
    expect(first).not.toBe(second);
    expect(await openText(second, passphrase, "file")).toBe("text");
  });

  it.skipIf(process.getuid?.() === 0)(
    "says that it cannot be written (skipped: root may write anywhere)",
    async () => {
      chmodSync(place.path, 0o500);
      await expect(storeAt(join(place.path, "credentials")).write("https://a", token)).rejects.toThrow(
        "cannot be",
      );
    },
  );
});

describe("the keyring of the system", () => {
  it("that is not installed is a sentence", () => {
    const program = join(place.path, "main.js");
    writeFileSync(program, "");
    expect(() => openKeyring(program)).toThrow("@napi-rs/keyring is not installed");
  });
});
