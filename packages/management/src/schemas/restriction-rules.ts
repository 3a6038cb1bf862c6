import { isIP } from "node:net";

/** Whether a text is an address or a CIDR range. */
export function isIpRange(text: string): boolean {
  const [address = "", bits, more] = text.split("/");
  const family = isIP(address);
  if (family === 0 || more !== undefined || address.includes("%")) return false;
  return (
    bits === undefined || (/^(?:0|[1-9]\d{0,2})$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128))
  );
}

/** Whether a text is an origin of the web, without a path. */
export const isOrigin = (text: string): boolean =>
  URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).origin === text;

/** A method and a path; `*` matches one segment, `/**` at the end all that follow. */
export const endpointPattern = /^(?:\*|[A-Z]+) (?:\/(?:[\w.~!$&'()+,;=:@-]+|\*{1,2}))+$|^(?:\*|[A-Z]+) \/$/;

/** What a product, a tenant and a tag of a project are called by. */
export const wordPattern = /^[\w.:-]{1,100}$/;
