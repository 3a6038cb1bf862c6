import { findPlaceholder } from "@keywarden/key-format";

interface Found {
  readonly start: number;
  readonly end: number;
}

/** What tells where the secret half of a login stands. */
export type LoginForm = "login" | "connection" | "basic" | "netrc" | "npmrc" | "curl";

// Scheme, name, password, host and port or what else ends the host, as RFC 3986 writes them.
const address =
  /^\S{0,12}?:\/\/([^\s:@/?#"'`<>(){}$\\[\]]{0,64}):([0-9A-Za-z_~.\-!&+,;=]{12,128})@([0-9A-Za-z.-]{4,253})(?![0-9A-Za-z.$<{%[(*-])/;
const netrc =
  /^machine\s{1,4}([0-9A-Za-z.-]{4,253})\s{1,16}login\s{1,4}(\S{1,128})\s{1,16}password\s{1,4}([0-9A-Za-z_~.\-!&+,;=]{12,128})(?=\s|$)/;
const npmrc =
  /^:?_(?:authToken|password)["']?\s{0,2}[:=]\s{0,2}["']?([0-9A-Za-z_.=-]{20,512})(?![0-9A-Za-z_.=({[$-])/;
const registry = /^auths"\s{0,4}:\s{0,4}\{[^$<]{0,512}?"auth"\s{0,4}:\s{0,4}"([0-9A-Za-z+/=]{20,512})"/;
// `Server=tcp:db.acme.io,1433;…;Password=…;`, `jdbc:postgresql://db.acme.io/app?…&password=…`, `cache.acme.io:6380,password=…`
const setting = /^[;,&?] ?(?:password|pwd)=([0-9A-Za-z_~.+/=-]{12,128})(?=[;,&"'`<\s\\]|$)/i;
const server =
  /(?:server|data source|host|hostname|address|addr)\s{0,2}=\s{0,2}(?:tcp:)?([0-9A-Za-z.-]{4,253})/i;
const jdbc = /jdbc:[0-9a-z:+.-]{2,40}\/\/([0-9A-Za-z.-]{4,253})/i;
const hostBefore = /(?:^|["'`\s=])([0-9A-Za-z.-]{4,253}):\d{2,5}$/;
const basic = /^(?:Basic |_auth=)["']?([0-9A-Za-z+/]{18,510}={0,2})(?![0-9A-Za-z+/=])/;

// `curl -u app:… https://api.acme.io`, and what is sent as `Authorization: Bearer …` or in a header of a key.
const command = /^curl(?:\.exe)?[ \t](?:[^\n\\]|\\\r?\n|\\[^\n]){0,800}/;
const user = /\s(?:-u|--user)[ =]?["']?([0-9A-Za-z_.@+-]{0,64}):([0-9A-Za-z_~.\-!+,=]{12,128})(?=["'\s]|$)/;
const header =
  /\s(?:-H|--header)[ =]?["'](?:authorization: ?(?:bearer|token|apikey|key) |(?:x-)?[a-z-]{0,24}(?:api-?key|token)[a-z-]{0,16}: ?)([0-9A-Za-z_~.+/-]{20,512}={0,2})["']/i;
const target = /https?:\/\/([0-9A-Za-z.-]{4,253})/;

const farthest = 1200;

/** Finds the secret half of a login that begins at `start`; `null` where there is none, or one that a person made up. */
export function findLogin(bytes: Buffer, start: number, form: LoginForm): Found | null {
  const text = bytes.toString("latin1", start, start + farthest);
  if (form === "login") {
    const found = address.exec(text);
    const [all = "", name = "", password = "", host = ""] = found ?? [];
    if (!isPassword(password, name) || !isElsewhere(host)) return null;
    return spanOf(start, all.length - host.length - 1 - password.length, password);
  }
  if (form === "connection") return findSetting(bytes, start, text);
  if (form === "curl") return findSent(start, text);
  if (form === "netrc") {
    const [all = "", host = "", name = "", password = ""] = netrc.exec(text) ?? [];
    if (!isPassword(password, name) || !isElsewhere(host)) return null;
    return spanOf(start, all.length - password.length, password);
  }
  if (form === "npmrc") {
    const [all = "", token = ""] = npmrc.exec(text) ?? [];
    return isPassword(token, "") ? spanOf(start, all.length - token.length, token) : null;
  }
  const [all = "", digits = ""] = (text.startsWith("auths") ? registry : basic).exec(text) ?? [];
  const [name = "", password = ""] = splitLogin(digits);
  return isPassword(password, name) ? spanOf(start, all.lastIndexOf(digits), digits) : null;
}

function findSent(start: number, text: string): Found | null {
  const [call = ""] = command.exec(text) ?? [];
  if (!isElsewhere(target.exec(call)?.[1] ?? "")) return null;
  for (const form of [user, header]) {
    const found = form.exec(call);
    if (found === null) continue;
    const [all, ...values] = found;
    const [name = "", password = name] = values;
    if (!isPassword(password, values.length === 2 ? name : "")) continue;
    return spanOf(start, found.index + all.lastIndexOf(password), password);
  }
  return null;
}

const lineBefore = 400;

// The host may stand before the password or behind it, in the same string.
function findSetting(bytes: Buffer, start: number, text: string): Found | null {
  const [all = "", password = ""] = setting.exec(text) ?? [];
  if (!isPassword(password, "")) return null;
  const before =
    bytes
      .toString("latin1", Math.max(0, start - lineBefore), start)
      .split(/[\r\n]/)
      .at(-1) ?? "";
  const behind = /^[^\r\n"'`<]{0,300}/.exec(text.slice(all.length))?.[0] ?? "";
  const found = jdbc.exec(before) ?? server.exec(before) ?? hostBefore.exec(before) ?? server.exec(behind);
  return isElsewhere(found?.[1] ?? "") ? spanOf(start, all.length - password.length, password) : null;
}

const spanOf = (start: number, offset: number, text: string): Found => ({
  start: start + offset,
  end: start + offset + text.length,
});

const shortestPassword = 12;

// What people choose is left to them: a generated one is long, and mixes letters and digits.
function isPassword(text: string, name: string): boolean {
  if (text.length < shortestPassword || text === name) return false;
  if (!/[0-9]/.test(text) || !/[A-Za-z]/.test(text)) return false;
  return findPlaceholder(text) === null && !/pass|secret|example|change|your|token/i.test(text);
}

const ownNetwork = /^(?:127|10|0|192\.168|169\.254|172\.(?:1[6-9]|2\d|3[01]))\.[\d.]+$/;
const madeUp =
  /(?:^|\.)(?:example(?:\.(?:com|org|net|io))?|test|invalid|localhost|local|internal|lan|host|domain\.com|host\.com|server\.com|hostname\.com|my-?(?:db|host|server)\.\w+)$/i;

/** Whether a host is one that others reach: not this machine, a container beside it or a name that documents use. */
function isElsewhere(host: string): boolean {
  const name = host.replace(/[.-]+$/, "");
  return /\.[0-9A-Za-z-]{2,}$|\.\d+$/.test(name) && !ownNetwork.test(name) && !madeUp.test(name);
}

function splitLogin(digits: string): readonly string[] {
  if (digits === "") return [];
  let text: string;
  try {
    text = atob(digits.replace(/=+$/, ""));
  } catch {
    return [];
  }
  return /^([!-9;-~]{1,128}):([!-~]{12,512})$/.exec(text)?.slice(1) ?? [];
}
