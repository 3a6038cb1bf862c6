import { generateKey, validateKey, type ProviderProfile } from "@keywarden/key-format";
import { expect, it } from "vitest";
import { checksummedProvider, makeRandom, sha256 } from "./random.ts";

// A user's own format whose document says nothing of the length.
const unstated: ProviderProfile = {
  ...checksummedProvider,
  formats: checksummedProvider.formats.map((format) => ({
    ...format,
    body: { ...format.body, stated: false },
  })),
};
const without: ProviderProfile = {
  ...unstated,
  formats: unstated.formats.map(({ checksum: _checksum, ...format }) => format),
};

it.each([
  ["a checksum that fits is as good as a stated length", unstated, true],
  ["without either, a fitting text says little", without, false],
])("%s", (_, profile, stated) => {
  const [format] = unstated.formats;
  if (format === undefined) throw new Error("the profile has formats");
  const key = generateKey(format, makeRandom(1)).reveal();
  expect(validateKey(key, { providers: [profile], sha256 })).toMatchObject({ status: "valid", stated });
});
