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

  it("is not guessed where there are two", () => {
    expect(takeKey(`${live}\n${restricted}\n`)).toEqual({ keys: 2 });
    expect(takeKey(`${live} something-else`)).toEqual({ keys: 2 });
    expect(takeKey(`something-else,${live}`)).toEqual({ keys: 2 });
  });

  it("is missing from nothing and from prose", () => {
    expect(takeKey("")).toEqual({ keys: 0 });
    expect(takeKey("no key here")).toEqual({ keys: 0 });
  });

  it("leaves a doubt when it is cut off, or of no known form", () => {
    const cut = takeKey(restricted.slice(0, -6));
    expect(cut).toMatchObject({ text: restricted.slice(0, -6) });
    expect(takeKey("'acme_0123456789'")).toMatchObject({
      text: "acme_0123456789",
      doubt: expect.any(String) as string,
    });
  });
});
