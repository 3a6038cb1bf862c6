import type { Surround } from "@keywarden/key-format";
import { findLogin } from "./find-login.ts";
import { findSignedQuery } from "./find-signed-query.ts";

interface Found {
  readonly start: number;
  readonly end: number;
}

const farthest = 3000;
const nearest = 400;

/**
 * Finds where the secret half may stand of what a text is the open half of: the private member of a JSON Web Key around its
 * `kty`, the secret that belongs to a client's or an access key's id, the secret in an address for authenticators, the
 * password of a login, a query that is signed; none where there is none.
 *
 * @param open where the open half stands, or what of it is known
 */
export function findAround(bytes: Buffer, open: Found, kind: Surround): readonly Found[] {
  const { start } = open;
  if (kind === "identifier") return findSecretsOf(bytes, open);
  const found =
    kind === "jwk"
      ? findPrivateMember(bytes, start)
      : kind === "aws-key-id"
        ? findSecretKey(bytes, start)
        : kind === "otpauth"
          ? findOtpSecret(bytes, start)
          : kind === "signed-query"
            ? findSignedQuery(bytes, start)
            : findLogin(bytes, start, kind);
  return found === null ? [] : [found];
}

const symmetric = /(?<![\w$])["']?k["']?\s{0,4}:\s{0,4}["']([\w-]{22,256})["']/;
const asymmetric = /(?<![\w$])["']?d["']?\s{0,4}:\s{0,4}["']([\w-]{32,1400})["']/;
const type = /kty["']?\s{0,4}:\s{0,4}["'](oct|RSA|EC|OKP)["']/;

// A key without its private member is public.
function findPrivateMember(bytes: Buffer, start: number): Found | null {
  const from = Math.max(0, start - farthest);
  const opened = bytes.lastIndexOf("{", start);
  const closed = bytes.indexOf("}", start);
  const first = opened < from ? from : opened;
  const last = closed === -1 ? start + farthest : Math.min(closed, start + farthest);
  const text = bytes.toString("latin1", first, last);
  const known = type.exec(bytes.toString("latin1", start, start + 40))?.[1];
  if (known === undefined) return null;
  return spanOf((known === "oct" ? symmetric : asymmetric).exec(text), first);
}

const secretKey =
  /(?:secret|Secret|SECRET)[\w.-]{0,24}["'`\])]{0,2}\s{0,8}(?:=>|:=|[=:,>])?[\s"'`(:]{1,16}([0-9A-Za-z/+]{40})(?![0-9A-Za-z/+=])/;
const behindId = /^[A-Z2-7]{16,20}(?::|["'`]?,\s{0,4}["'`])([0-9A-Za-z/+]{40})(?![0-9A-Za-z/+=])/;

function findSecretKey(bytes: Buffer, start: number): Found | null {
  const behind = bytes.toString("latin1", start + 4, start + nearest);
  const beside = spanOf(behindId.exec(behind) ?? secretKey.exec(behind), start + 4);
  if (beside !== null) return beside;
  const first = Math.max(0, start - nearest);
  return spanOf(secretKey.exec(bytes.toString("latin1", first, start)), first);
}

const value = String.raw`([\w~.+/-]{16,128}={0,2})(?![\w+/=~])`;
const scheme = String.raw`(?:(?:Bearer|Key|Token|Splunk|BotConnector) ["']?(?: \+ ["'])?)?`;
const named = new RegExp(
  String.raw`(?:secret|passw(?:or)?d|token|key|authorization|[?&"'\x60\s]s(?:ig)?)[\w.-]{0,24}(?:\\?["'\x60\])]){0,2}\s{0,8}(?:=>|:=|[:=,>])?\s{0,8}[\\"'\x60(]{0,3}${scheme}${value}`,
  "gi",
);
// The next argument of a call, or the value of the name itself.
const direct = new RegExp(
  String.raw`^(?:[\w.-]{0,80}["'\x60]\s{0,2},\s{0,24}["'\x60]|["'\x60\])]{0,2}\s{0,4}[:=, ]\s{0,4}["'\x60(]{0,3}(?: \+ ["'])?)${value}`,
);

// What is named as a secret near an id; only its form tells whether it is the secret of that id.
function findSecretsOf(bytes: Buffer, { start, end }: Found): readonly Found[] {
  const behind = bytes.toString("latin1", end, end + nearest);
  const first = Math.max(0, start - nearest);
  const before = bytes.toString("latin1", first, start);
  return [
    spanOf(direct.exec(behind), end),
    ...Array.from(behind.matchAll(named), (found) => spanOf(found, end)),
    ...Array.from(before.matchAll(named), (found) => spanOf(found, first)).toReversed(),
  ].filter((found) => found !== null);
}

const otp = /^[^\s"'`<>]{1,240}?[?&]secret=([A-Z2-7]{16,128})(?![0-9A-Za-z])/;

function findOtpSecret(bytes: Buffer, start: number): Found | null {
  return spanOf(otp.exec(bytes.toString("latin1", start, start + nearest)), start);
}

function spanOf(found: RegExpExecArray | null, offset: number): Found | null {
  const [all, value] = found ?? [];
  if (found === null || all === undefined || value === undefined) return null;
  const start = offset + found.index + all.lastIndexOf(value);
  return { start, end: start + value.length };
}
