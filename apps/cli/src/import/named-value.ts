/** A rule's expression that begins with the name of a service: its names, and the expression of the key behind them. */
export interface NamedValue {
  readonly services: readonly string[];
  readonly value: string;
}

// What gitleaks, betterleaks and those who copy them write around the names: the rest of a variable, and what assigns.
const front = /^(?:\(\?i\))?\[\\w\.-\]\{0,50\}\?/;
const between =
  /\(\?:\[ \\t\\w\.-\]\{0,20\}\)\[\\s'"\]\{0,3\}\(\?:=\|>\|:\{1,3\}=\|\\\|\\\|\|:\|=>\|\\\?=\|,\)\[\\x60'"\\s=\]\{0,5\}/;
const names = /^\(\?:([0-9A-Za-z_ .-]+(?:\|[0-9A-Za-z_ .-]+)*)\)(?:\(\?-i:)?$/;

/** Takes an expression apart that asks for a value behind a service's name; `null` where it is another one. */
export function readNamedValue(expression: string): NamedValue | null {
  const begin = front.exec(expression);
  const middle = between.exec(expression);
  if (begin === null || middle === null) return null;
  const found = names.exec(expression.slice(begin[0].length, middle.index));
  if (found === null) return null;
  const services = (found[1] ?? "").split("|").map((name) =>
    name
      .toLowerCase()
      .replaceAll(/[^0-9a-z]+/g, "_")
      .replaceAll(/^_|_$/g, ""),
  );
  const flag = expression.startsWith("(?i)") ? "(?i)" : "";
  return {
    services: [...new Set(services)],
    value: `${flag}${expression.slice(middle.index + middle[0].length)}`,
  };
}
