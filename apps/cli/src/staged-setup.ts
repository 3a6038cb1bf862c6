// Loaded while git is at work. Of a package that is loaded whole in this way, everything would be in the program.
export { loadStagedSetup, usableSetup } from "@keywarden/repository-config";
