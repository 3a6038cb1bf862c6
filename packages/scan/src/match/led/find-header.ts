const longestFront = 400;
const longestBehind = 300;

const lineEnd = /(?<!\\)\r?\n/;
const call = /(?:^|[\s`"'$(;|&])curl(?:\.exe)?\s/;
const option =
  /(?:-H|--header)[ =]?["'](?:authorization: ?(?:(?:bearer|token|basic|apikey|key|ssws) )?|(?:x-)?[a-z-]{0,24}(?:key|token|auth|secret)[a-z-]{0,16}: ?)|(?:-u|--user)[ =]?["']?(?:api:|apikey:|user:|:)?|(?:-d|--data|--data-urlencode|-F|--form)[ =]?["']?(?:access_token|api_?key|auth_token|token|key)=/gi;

/**
 * Finds where the value of a header, login or field begins that a call of curl sends to an address; `null` where there is no
 * such call, or it sends none.
 *
 * @param address where a part of the address stands in the bytes
 */
export function findHeader(
  bytes: Buffer,
  address: { readonly start: number; readonly end: number },
): number | null {
  const before = bytes.toString("latin1", Math.max(0, address.start - longestFront), address.start);
  const front = before.split(lineEnd).at(-1) ?? "";
  const called = call.exec(front);
  if (called === null) return null;
  const from = address.start - front.length + called.index;
  const behind = bytes.toString("latin1", address.end, address.end + longestBehind).split(lineEnd)[0] ?? "";
  const found = [...bytes.toString("latin1", from, address.end + behind.length).matchAll(option)];
  // Two of them may be an id and a secret: then nothing says which of the two the provider's key is.
  const [only] = found.filter(({ 0: text }) => !/(?:client|id)[a-z-]*: ?$/i.test(text));
  return only === undefined ? null : from + only.index + only[0].length;
}
