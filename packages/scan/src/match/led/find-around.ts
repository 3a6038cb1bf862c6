import type { Surround } from "@keywarden/key-format";
import { findLogin } from "./find-login.ts";

interface Found {
  readonly start: number;
  readonly end: number;
}

const farthest = 3000;
const nearest = 400;

/**
 * Finds the secret half of what a text is the open half of: the private member of a JSON Web Key around its `kty`, the
 * secret key of AWS beside its key id, the secret in an address for authenticators, the password of a login; `null` where it
 * does not stand there.
 *
 * @param start where the open half stands
 */
export function findAround(bytes: Buffer, start: number, kind: Surround): Found | null {
  if (kind === "jwk") return findPrivateMember(bytes, start);
  if (kind === "aws-key-id") return findSecretKey(bytes, start);
  return kind === "otpauth" ? findOtpSecret(bytes, start) : findLogin(bytes, start, kind);
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
