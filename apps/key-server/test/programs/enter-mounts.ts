// Becomes the program in KEYWARDEN_TEST_FILE where the file systems are those of the process in KEYWARDEN_TEST_HOLDER.
import process from "node:process";

const { KEYWARDEN_TEST_HOLDER: holder = "", KEYWARDEN_TEST_FILE: file = "", ...env } = process.env;
const words = ["--preserve-credentials", "--user", "--mount", "--target", holder];
process.execve?.(
  "/usr/bin/nsenter",
  ["nsenter", ...words, process.execPath, file, ...process.argv.slice(2)],
  env,
);
