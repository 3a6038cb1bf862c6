import type { KeyOutcome } from "./report-input.ts";

interface OutcomeFacts {
  /** Whether the check fails when the App is armed. */
  readonly fails: boolean;
  readonly level: "failure" | "warning" | "notice";
  /** Completes "This key …". */
  readonly said: string;
  readonly next: string;
}

/** What each outcome means to the reader. */
export const outcomes: Readonly<Record<KeyOutcome["is"], OutcomeFacts>> = {
  revoked: {
    fails: true,
    level: "failure",
    said: "was live and has been revoked; it no longer works",
    next: "Create a new key, deliver it to what used this one, and keep it out of the repository. Check the provider's logs for use since the push.",
  },
  "would-revoke": {
    fails: false,
    level: "warning",
    said: "is live. It would have been revoked, but Keywarden runs in dry-run",
    next: "Revoke it by hand now: anyone who can read this repository can use it.",
  },
  held: {
    fails: true,
    level: "failure",
    said: "is live and still works: its revocation waits for approval",
    next: "Tell the operators of Keywarden, or revoke it by hand now.",
  },
  replacing: {
    fails: true,
    level: "failure",
    said: "is live and still works: its successor is delivered first, and it is revoked then",
    next: "Tell the operators of Keywarden if that cannot wait: they can revoke it at once.",
  },
  "own-token": {
    fails: true,
    level: "failure",
    said: "is the token that Keywarden itself uses to revoke keys, so it was not revoked",
    next: "Tell the operators of Keywarden now: create another token, put it into the App's config, and revoke this one.",
  },
  refused: {
    fails: true,
    level: "failure",
    said: "is live and still works: its provider refused to revoke it",
    next: "Revoke it by hand now. The last admin token of a keywarden-server can be revoked once another one exists.",
  },
  "not-revoked-yet": {
    fails: true,
    level: "failure",
    said: "is live and still works: when this was written its provider had not confirmed the revocation; it is asked again for a day",
    next: "Revoke it by hand now if that cannot wait.",
  },
  "policy-reports": {
    fails: true,
    level: "failure",
    said: "is live and still works: the policy reports such keys and does not revoke them",
    next: "Replace it and revoke it by hand, or ask the operators of Keywarden to approve its revocation.",
  },
  rejected: {
    fails: false,
    level: "warning",
    said: "is live; an operator of Keywarden decided not to revoke it",
    next: "Replace it when convenient: anyone who can read this repository can use it.",
  },
  "in-grace": {
    fails: true,
    level: "failure",
    said: "was replaced, and still works until its grace period ends",
    next: "If that is too long, revoke the key by hand; its successor ends with it.",
  },
  "in-history": {
    fails: true,
    level: "failure",
    said: "is live and was in the repository before Keywarden; Keywarden does not revoke such keys by itself",
    next: "Replace it and revoke it by hand.",
  },
  "of-unknown-age": {
    fails: true,
    level: "failure",
    said: "is live; it is unknown whether it is new or was in the history before Keywarden, so it was not revoked",
    next: "Revoke it by hand now if it is new; otherwise replace it first.",
  },
  "of-unknown-environment": {
    fails: true,
    level: "failure",
    said: "is live; nothing says whether it is for production, so it was not revoked",
    next: "Revoke it by hand now if it is for production; otherwise replace it.",
  },
  inactive: {
    fails: false,
    level: "notice",
    said: "does not work any more: its provider says that it was revoked or has expired. Keywarden did not revoke it",
    next: "Remove it from the code. If it ended after it was pushed, check the provider's logs for use in between.",
  },
  "not-production": {
    fails: false,
    level: "warning",
    said: "is not a production key and was not revoked",
    next: "Keep it out of the repository too, and replace it when convenient.",
  },
  "not-ours": {
    fails: false,
    level: "notice",
    said: "was not issued by any configured provider; nothing was revoked",
    next: "If it is a real key, revoke it at its provider. If it is made up, change it so that it does not look like a key.",
  },
  "of-another": {
    fails: true,
    level: "failure",
    said: "is written as only this provider's keys are; Keywarden cannot ask it, so treat the key as live",
    next: "Revoke it at its provider now, then replace it, and remove it from the code.",
  },
  "perhaps-of-another": {
    fails: false,
    level: "warning",
    said: "is written like a key of this provider; Keywarden cannot ask it, so nobody knows whether it is live",
    next: "If it is a real key, revoke it at its provider now, then replace it, and remove it from the code.",
  },
  unknown: {
    fails: false,
    level: "warning",
    said: "has not been checked: its provider's API had not answered when this was written; it is asked again for a day",
    next: "Treat it as live: look it up and revoke it by hand.",
  },
};
