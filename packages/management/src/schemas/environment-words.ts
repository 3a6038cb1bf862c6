/** What environments are called: by their own names, and as the texts of keys call them. */
export const environmentWords = {
  production: "production",
  live: "production",
  prod: "production",
  sandbox: "sandbox",
  test: "sandbox",
  sand: "sandbox",
  development: "development",
  dev: "development",
} as const;
