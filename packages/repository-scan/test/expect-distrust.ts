import { chmodSync, readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { expect } from "vitest";

/** Holds that a sealed file, which is believed as it is, is believed neither damaged, cut off, open to others nor put there by a link. */
export function expectDistrust(
  file: string,
  isBelieved: () => boolean,
  { everyBytes, lastBytes }: { readonly everyBytes: number; readonly lastBytes: number },
): void {
  const whole = readFileSync(file);
  for (let at = 0; at < whole.length; at += everyBytes) {
    const damaged = Buffer.from(whole);
    damaged[at] = (damaged[at] ?? 0) ^ 4;
    writeFileSync(file, damaged);
    expect(isBelieved()).toBe(false);
  }
  for (const sizeBytes of [0, 20, whole.length - lastBytes, whole.length - 1]) {
    writeFileSync(file, whole.subarray(0, sizeBytes));
    expect(isBelieved()).toBe(false);
  }
  writeFileSync(file, whole);
  for (const mode of [0o640, 0o604, 0o620]) {
    chmodSync(file, mode);
    expect(isBelieved()).toBe(false);
  }
  chmodSync(file, 0o600);
  expect(isBelieved()).toBe(true);
  renameSync(file, `${file}.real`);
  symlinkSync(`${file}.real`, file);
  expect(isBelieved()).toBe(false);
}
