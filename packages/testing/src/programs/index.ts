export { type GitHubAppProgram, startGitHubApp } from "./github-app-program.ts";
export { type KeyServerProgram, startKeyServer } from "./key-server-program.ts";
export { addressOf, type Program, type ProgramOptions, startProgram } from "./program.ts";
