/**
 * What a scan that somebody waits for, as in a hook, does not look for, one sentence fragment each. `keywarden scan`,
 * baselines and the App do.
 */
export const leftToScan: readonly string[] = [
  "keys of the catalogue written otherwise than plain, in UTF-16, in UTF-32 or in base64 that begins with the key",
  "keys that only a small service's name tells, and sorts that the catalogue marks as rare",
];
