/** What a key may do: `sk_` is secret, `pk_` publishable, `rk_` restricted in the built-in profiles. */
export type KeyKind = "secret" | "publishable" | "restricted";

/** The environment in Keywarden's words; the provider's own word is kept beside it as a label. */
export type Environment = "production" | "sandbox" | "development";
