import { importedKeySchema, managedKeySchema } from "@keywarden/management";
import { describe, expect, it } from "vitest";
import { useAudit } from "./audit-folder.ts";
import { good } from "./audited-key.ts";

const { write, audit } = useAudit();

describe("what cannot be audited is 2, with the way out", () => {
  it.each<[string, string | object, RegExp]>([
    ["text that is no inventory", "hello", /its heading names no column key_id/],
    ["half of a JSON", '{"keys": [', /neither JSON, JSON Lines of keys, nor a table/],
    ["another JSON", { items: [] }, /list under "keys"/],
    ["a part of an inventory", { keys: [good], isMore: true }, /it is incomplete.*--limit/],
    ["a key without id", [{ ...good, id: undefined }], /keys\[0\], id is missing/],
    ["a key without time", [{ ...good, createdAt: undefined }], /createdAt is missing/],
    [
      "a time without zone",
      [{ ...good, lastUsedAt: "2026-11-20T00:00:00" }],
      /lastUsedAt must be a time such as/,
    ],
    ["a kind that is none", [{ ...good, kind: "secrets" }], /did you mean "secret"\?/],
    ["an id twice", [good, good], /keys\[1\] has the id of an earlier one, key_good/],
    [
      "a table that is cut",
      "key_id,provider,created_time\nkey_1,aforo\n",
      /line 2 has 2 columns, the heading has 3/,
    ],
    ["a column twice", "key_id,id\n1,2\n", /two columns hold id/],
    ["a misspelt column", "key_id,onwer\n1,2\n", /line 2 names "onwer"; did you mean "owner"\?/],
    ["a misspelt member", [{ ...good, onwer: "ann" }], /keys\[0\] names "onwer"; did you mean "owner"\?/],
    [
      "a misspelt provider",
      [{ ...good, provider: "exmaple" }],
      /keys\[0\]: Unknown provider "exmaple"\. Did you mean example\?/,
    ],
    ["a misspelt heading", "kye_id,provider\n1,2\n", /rename its column "kye_id"/],
  ])("%s", async (_, content, expected) => {
    write("keys", content);
    const { status, stdout, stderr } = await audit("--from", "keys");
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(expected);
  });

  it("and every name that a server gives a fact of a key is known", async () => {
    const names = [managedKeySchema, importedKeySchema].flatMap(({ shape }) => Object.keys(shape));
    write("keys", [{ ...Object.fromEntries(names.map((name) => [name, null])), ...good }]);
    expect(await audit("--from", "keys")).toMatchObject({ status: 0, stderr: "" });
  });

  it.each<[readonly string[], RegExp]>([
    [
      ["--from", "nowhere.json"],
      /nowhere\.json cannot be used: it cannot be read: there is no such file or folder/,
    ],
    [["--from", "keys.json", "--server", "http://127.0.0.1:1"], /one inventory at a time/],
    [["--from", "keys.json", "--now", "yesterday"], /--now needs a time such as/],
    [["--from", "keys.json", "--departed", "ann=2026-13-01"], /--departed needs a time/],
    [["--from", "keys.json", "--departed", "ann=31.01.2026"], /--departed needs a time/],
    [["--from", "keys.json", "--departed", "ann=2026-02-30"], /--departed needs a time/],
    [["--from", "keys.json", "--now", "2026-02-30T00:00Z"], /--now needs a time/],
    [["--from", "keys.json", "--members", "nobody"], /nobody cannot be used/],
    [["--from", "keys.json", "--preset", "cis54"], /Did you mean cis45\?/],
    [["--provider", "aforro"], /Unknown provider "aforro"\. Did you mean aforo\?/],
    [["--provider", "azotte"], /names no management host: give --provider-url/],
    [["--provider", "aforo"], /Name the credential for Aforo: --token-file/],
    // What is wrong in the call is said before a server is asked for.
    [["--departed", "ann=31.01.2026"], /--departed needs a time/],
    [["--members", "nobody"], /nobody cannot be used/],
    [[], /Which server\?/],
  ])("%j", async (args, expected) => {
    write("keys.json", [good]);
    const { status, stderr } = await audit(...args);
    expect([status, stderr]).toEqual([2, expect.stringMatching(expected)]);
  });

  it("a server that does not answer", async () => {
    write("token", "secret-token");
    const { status, stderr } = await audit("--server", "http://127.0.0.1:1", "--token-file", "token");
    expect(status).toBe(2);
    expect(stderr).toContain("127.0.0.1:1");
  });
});
