/** Words that placeholders consist of; a body of only these words is a placeholder. */
export const placeholderWords: ReadonlySet<string> = new Set(
  (
    "abc xyz a an the my our your their some any this that and or in to of with from is it not no real " +
    "api app key keys token tokens secret secrets password value values string text id account user customer client server " +
    "here there goes go put paste insert replace enter add set use change fill copy me " +
    "old new current next previous first second other another existing actual own valid invalid " +
    "test live prod dev sandbox production publishable restricted " +
    "example examples sample demo dummy fake mock placeholder todo tbd redacted removed hidden masked omitted none null undefined " +
    "foo bar baz qux foobar hello world changeme replaceme company project"
  ).split(" "),
);

// Seven letters in one spelling turn up by chance in a random body of 40 less than once in a hundred million.
const longWords = [
  "example",
  "placeholder",
  "changeme",
  "replaceme",
  "yourkey",
  "yourapi",
  "yoursecret",
  "redacted",
  "qwertyuiop",
  "testkey",
];

/** Spellings that reveal a placeholder anywhere in the body. */
export const revealingWords: readonly string[] = [
  ...longWords.flatMap((word) => [word, word.toUpperCase(), word.charAt(0).toUpperCase() + word.slice(1)]),
  "TestKey",
  "key_here",
  "token_here",
  "secret_here",
];

/** What a person types along the keyboard: ten characters in one order, of which no random body of any length holds one. */
export const typedRuns: readonly string[] = ["1234567890", "0123456789", "abcdefghij", "ABCDEFGHIJ"];
