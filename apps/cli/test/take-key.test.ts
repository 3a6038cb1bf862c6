import { describe, expect, it } from "vitest";
import { takeKey } from "../src/keys/take-key.ts";
import { live, restricted } from "./command.ts";

describe("the key that somebody pasted", () => {
  it.each([
    ["alone", live],
    ["padded", `  ${live}\r\n`],
    ["behind a byte order mark", `\uFEFF${live}\n`],
    ["in double quotes", `"${live}"`],
    ["in single quotes", `'${live}'`],
    ["in an assignment", `API_KEY=${live}`],
    ["in a quoted assignment", `export API_KEY="${live}"`],
    ["in code", `const apiKey = '${live}';`],
    ["in JSON", `"apiKey": "${live}",`],
    ["in YAML", `api_key: ${live}`],
    ["with a comma", `${live},`],
    ["in a header", `Authorization: Bearer ${live}`],
  ])("is taken out %s", (_how, pasted) => {
    expect(takeKey(pasted)).toEqual({ text: live, doubt: null });
  });

  it.each([
    ["an object", `{"key": "${live}"}`],
    ["a list", `- ${live}`],
    ["brackets", `[${live}]`],
    ["an element", `<add key="K" value="${live}" />`],
    ["a line with a comment", `API_KEY="${live}" # of the shop`],
    ["a command", `curl -H 'Authorization: Bearer ${live}' https://example.com/`],
    ["typographic quotation marks", `“${live}”`],
    ["the end of a sentence", `The key is ${live}.`],
    ["an address", `https://user:${live}@example.com/`],
    ["basic authentication", `Basic ${Buffer.from(`${live}:`).toString("base64")}`],
  ])("is taken out of %s", (_what, pasted) => {
    expect(takeKey(pasted)).toEqual({ text: live, doubt: null });
  });

  it("is not guessed where there are two, or where a second word may be one", () => {
    expect(takeKey(`${live}\n${restricted}\n`)).toEqual({ not: "several" });
    for (const other of ["kx83ab02", "sk_live_abc", "q".repeat(24)]) {
      expect(takeKey(`${live} ${other}`)).toEqual({ not: "unclear" });
      expect(takeKey(`${other},${live}`)).toEqual({ not: "unclear" });
    }
  });

  it("is missing from nothing and from prose", () => {
    expect(takeKey("")).toEqual({ not: "none" });
    expect(takeKey("no key here")).toEqual({ not: "none" });
  });

  it("leaves a doubt when it is cut off, or of no known form", () => {
    for (const short of [
      live.slice(0, 30),
      `${live}x`,
      restricted,
      "sk_live_abc",
      "sk_live_YOUR_KEY_HERE",
      "sk_live_",
    ]) {
      expect(takeKey(short)).toMatchObject({ text: short, doubt: expect.any(String) as string });
    }
    const cut = takeKey(restricted.slice(0, -6));
    expect(cut).toMatchObject({ text: restricted.slice(0, -6) });
    expect(takeKey("'acme_0123456789'")).toMatchObject({
      text: "acme_0123456789",
      doubt: expect.any(String) as string,
    });
  });
});
