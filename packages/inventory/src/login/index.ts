export { askHidden } from "./ask-hidden.ts";
export { chooseServer, findConnection, type Connection } from "./find-connection.ts";
export { openCredentials, type Credentials } from "./credentials.ts";
export type { LoginEnvironment, LoginSettings } from "./login-environment.ts";
export { LoginError, type LoginErrorCode } from "./login-error.ts";
export { readServerUrl } from "./read-server-url.ts";
export { readToken } from "./read-token.ts";
export { findConfigFolder, readKnownServers, type KnownServers } from "./known-servers.ts";
