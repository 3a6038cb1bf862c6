import { describe, expect, test } from "vitest";
import { readAddress } from "@keywarden/management";

describe("an address", () => {
  test.each([
    ["10.1.2.3", "10.1.2.3"],
    ["10.1.2.3:443", "10.1.2.3"],
    ["2001:db8::1", "2001:db8::1"],
    ["[2001:db8::1]", "2001:db8::1"],
    ["[2001:db8::1]:443", "2001:db8::1"],
    ["::ffff:10.1.2.3", "::ffff:10.1.2.3"],
    ["[::ffff:10.1.2.3]:65535", "::ffff:10.1.2.3"],
  ])("is read from %s", (text, address) => {
    expect(readAddress(text)).toBe(address);
  });

  test.each([
    "",
    "localhost",
    "10.1.2",
    "010.1.2.3",
    "10.1.2.3:65536",
    "10.1.2.3:",
    "10.1.2.3/8",
    "[10.1.2.3]:443",
    "[2001:db8::1",
    "[2001:db8::1]x",
    " 10.1.2.3",
    "10.1.2.3, 10.1.2.4",
  ])("is not read from %j", (text) => {
    expect(readAddress(text)).toBeNull();
  });
});
