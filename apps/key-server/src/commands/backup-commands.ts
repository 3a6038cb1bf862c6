import { storageChoice, storageFlags } from "../options.ts";
import { defineCommand } from "./define-command.ts";

const operands = { name: "file", min: 1, max: 1, isPath: true };

const backup = defineCommand({
  name: "backup",
  summary: "write hashes, metadata and audit into a new file, also while a server runs",
  usage: ["backup <file> --data <folder>"],
  operands,
  flags: storageFlags,
  exits: "0 done, 2 failed.",
  examples: [["keywarden-server backup keys.backup --data ./keys", "no key is in the file, only hashes"]],
  handler: async ({ flags, operands: [file = ""] }, process) => {
    const choice = storageChoice(flags);
    await (await import("../backup.ts")).backup(file, choice, process);
    return 0;
  },
});

const restore = defineCommand({
  name: "restore",
  summary: "create a new storage from a backup, verified to its last line",
  usage: ["restore <file> --data <folder>"],
  operands,
  flags: storageFlags,
  exits: "0 done, 2 failed.",
  examples: [["keywarden-server restore keys.backup --data ./new", "then: keywarden-server --data ./new"]],
  handler: async ({ flags, operands: [file = ""] }, process) => {
    const choice = storageChoice(flags);
    await (await import("../backup.ts")).restore(file, choice, process);
    return 0;
  },
});

export const backupCommands = [backup, restore];
