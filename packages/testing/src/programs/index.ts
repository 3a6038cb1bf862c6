export { type GitHubAppProgram, startGitHubApp } from "./github-app-program.ts";
export { type KeyServerProgram, startKeyServer } from "./key-server-program.ts";
export { readyAddressOf, type RunningProgram, type ProgramOptions, startProgram } from "./program.ts";
