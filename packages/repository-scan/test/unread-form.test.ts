import { defaultPolicy } from "@keywarden/scan";
import { makeRepository } from "@keywarden/testing";
import { loadSetupIn } from "@keywarden/repository-config";
import { makeScanTools, scanPaths } from "@keywarden/repository-scan";
import { expect, it } from "vitest";

const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${"0".repeat(64)}\nsize 12345\n`;
it.each([
  ["a Git LFS pointer", Buffer.from(pointer), "Git LFS"],
  ["a PDF", Buffer.from("%PDF-1.7\n1 0 obj\n"), "PDF"],
  ["a cabinet", Buffer.from("MSCF\0\0\0\0 and more of it"), "a cabinet"],
  ["an RPM package", Buffer.from([0xed, 0xab, 0xee, 0xdb, 3, 0, 0, 0]), "an RPM package"],
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
