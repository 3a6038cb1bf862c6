import { describe, expect, it } from "vitest";
import { aforoKey, scanner } from "./keys.ts";

const key = aforoKey(7);

const contexts: Readonly<Record<string, string>> = {
  "nothing around it": key,
  "double quotes": `const k = "${key}";`,
  "single quotes": `k = '${key}'`,
  "back-ticks": `run(\`${key}\`)`,
  "an unquoted assignment": `API_KEY=${key}`,
  "a line with CRLF": `API_KEY=${key}\r\nNEXT=1`,
  "a comma behind it": `[${key}, 1]`,
  "a closing parenthesis": `stripe(${key})`,
  "an ampersand": `?key=${key}&x=1`,
  "a less-than sign": `<key>${key}</key>`,
  "a colon": `https://${key}:@api.test`,
  "a full stop": `The key is ${key}.`,
  "a slash": `/v1/${key}/users`,
  "a closing brace": `{k:${key}}`,
  "a pipe": `|${key}|`,
  "a hyphen": `${key}-old`,
  "an underscore": `${key}_old`,
  "a semicolon": `${key};`,
  "an equals sign": `${key}=`,
  "a question mark": `${key}?`,
  "a hash": `${key}#note`,
  "an at sign": `${key}@host`,
  "a backslash": `${key}\\n`,
  "an escaped quote": `"{\\"k\\":\\"${key}\\"}"`,
  JSON: `{"key":"${key}"}`,
  YAML: `key: ${key}\nother: 1`,
  TOML: `key = "${key}"`,
  CSV: `1,${key},2`,
  "a tab-separated line": `1\t${key}\t2`,
  "an XML attribute": `<a key="${key}"/>`,
  "a markdown link": `[docs](https://a.test/?k=${key})`,
  "a markdown table": `| a | ${key} |`,
  "an authorization header": `Authorization: Bearer ${key}`,
  "a curl command": `curl -u ${key}: https://a.test`,
  "a name joined by an underscore": `my_${key}`,
  "a percent-encoded equals sign": `k%3D${key}%26`,
  "an escaped line break before it": `"\\n${key}"`,
  "a \\x escape before it": `"\\x3d${key}"`,
  "a \\u escape before it": `"\\u003d${key}\\u0026"`,
  "letters beyond ASCII": `é${key}é`,
  "a NUL byte": `\0${key}\0`,
  "a byte order mark": `\uFEFF${key}`,
};

describe("a key is captured whole, whatever stands around it", () => {
  it.each(Object.entries(contexts))("%s", (_, text) => {
    const [match, ...more] = scanner.scanText(text);
    expect(match?.secret.reveal()).toBe(key);
    expect(Buffer.from(text).toString("utf8", match?.start, match?.end)).toBe(key);
    expect(match).toMatchObject({ verdict: "key", confidence: "high", provider: "aforo" });
    expect(more).toEqual([]);
  });
});

describe("text that is no key makes no match", () => {
  it.each([
    ["a prefix glued to a word, with less than a key behind it", `disk${key.slice(0, 30)}`],
    ["a prefix glued to a digit, with less than a key behind it", `0${key.slice(0, 30)}`],
    ["a prefix alone", "the prefix sk_" + "live_ is reserved"],
    ["a prefix before a template", "sk_" + "live_${KEY} sk_" + "live_<key>"],
    ["a prefix in capitals", key.toUpperCase()],
    ["a few characters", "sk_" + "live_q7Z"],
    ["a percent escape that stands for a letter", `%61${key.slice(0, 30)}`],
    ["an empty text", ""],
  ])("%s", (_, text) => {
    expect(scanner.scanText(text)).toEqual([]);
  });
});
