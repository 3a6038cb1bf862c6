/** How a service's name is written in the names of variables. */
export interface ServiceSpelling {
  /** Stands in the text as it is. */
  readonly text: string;
  /** The letter in front of it, in either case; absent where the text is all of the name. */
  readonly first?: string;
  /** What follows in the name, one of these; absent where the text ends it. */
  readonly rests?: readonly string[];
}

// A shorter rest stands in too many other words.
const shortestRest = 6;

/**
 * Lists the spellings of a service's name, given in lower case with `_` between its words: `sumo_logic` is also written
 * `SUMO_LOGIC`, `sumoLogic` and `SumoLogic`. Those that differ in the first letter alone are one.
 *
 * @param withHyphens whether names in headers and options are among them, such as `SUMO-LOGIC`
 */
export function spellService(service: string, withHyphens: boolean): readonly ServiceSpelling[] {
  const words = service.split("_");
  const [head = "", ...tail] = words;
  const camel = head + tail.map(capitalise).join("");
  const either =
    camel.length > shortestRest
      ? [{ text: camel.slice(1), first: camel.charAt(0) }]
      : [{ text: camel }, { text: capitalise(camel) }];
  const separators = tail.length === 0 ? [""] : withHyphens ? ["_", "-"] : ["_"];
  const whole = separators.flatMap((separator) => {
    const text = words.join(separator);
    return tail.length === 0 ? [text.toUpperCase()] : [text, text.toUpperCase()];
  });
  return [...either, ...Array.from(new Set(whole), (text) => ({ text }))];
}

const capitalise = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

// A shorter beginning stands in too many other words.
const shortestShared = 5;

/**
 * Lists the spellings of several names of one service, those that begin alike as one: `acme_api`, `acme_key` and
 * `acme_token` are searched for as `acme_`.
 */
export function spellTogether(services: readonly string[]): readonly ServiceSpelling[] {
  const spellings = services.flatMap((service) => spellService(service, true));
  const alike = Map.groupBy(spellings, ({ text, first = "" }) => `${first} ${sharedPart(text)}`);
  return Array.from(alike.values()).flatMap((some) => {
    const [{ text, first } = { text: "" }] = some;
    const shared = sharedPart(text);
    if (some.length === 1 || shared.length < shortestShared) return some;
    const rests = some.map((one) => one.text.slice(shared.length));
    return [{ text: shared, ...(first === undefined ? {} : { first }), rests }];
  });
}

/** Gives what is in front of the last word of a name; all of it where only a capital parts them, as in `columnApi`. */
const sharedPart = (text: string): string => /^.*[_-](?=[^_-]+$)/.exec(text)?.[0] ?? text;
