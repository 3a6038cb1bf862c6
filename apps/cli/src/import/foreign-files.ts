/** Where other scanners keep what they are told, by the action of `keywarden import` that reads it. */
export const foreignFiles = {
  gitleaks: [".gitleaks.toml", "gitleaks.toml"],
  "detect-secrets": [".secrets.baseline"],
  trufflehog: ["trufflehog.yaml", ".trufflehog.yaml", "exclude-paths.txt"],
  ggshield: [".gitguardian.yaml", ".gitguardian.yml"],
} as const;

/** It names lines of commits, and neither keys nor paths: nothing reads it. */
export const gitleaksIgnore = ".gitleaksignore";
