import { defaultPolicy } from "@keywarden/scan";
import { makeRepository } from "@keywarden/testing";
import { loadSetupIn } from "@keywarden/repository-config";
import { makeScanTools, scanPaths } from "@keywarden/repository-scan";
import { expect, it } from "vitest";

const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${"0".repeat(64)}\nsize 12345\n`;
const utf32 = (text: string, write: "writeUInt32LE" | "writeUInt32BE"): Buffer => {
  const bytes = Buffer.alloc(text.length * 4);
  for (let at = 0; at < text.length; at += 1) bytes[write](text.charCodeAt(at), at * 4);
  return bytes;
};

it.each([
  ["a Git LFS pointer", Buffer.from(pointer), "Git LFS"],
  ["UTF-32 LE", utf32('token = "x"\n', "writeUInt32LE"), "UTF-32"],
  ["UTF-32 BE", utf32('token = "x"\n', "writeUInt32BE"), "UTF-32"],
  ["UTF-32 with a mark", utf32('\uFEFFtoken = "x"\n', "writeUInt32LE"), "UTF-32"],
])("%s is named as not scanned", async (_, bytes, name) => {
  using repository = await makeRepository();
  repository.write("file", bytes);
  const setup = await loadSetupIn(repository.path, () => {});
  const tools = makeScanTools(setup, defaultPolicy, 0, (path) => path);
  await scanPaths(
    { paths: [], includeIgnored: false },
    { directory: repository.path, env: repository.env },
    tools,
  );
  const { skipped } = tools.account.report("paths").summary;
  expect(skipped).toEqual([{ path: "file", part: "", reason: expect.stringContaining(name) }]);
});
