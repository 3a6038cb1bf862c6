import { createHash } from "node:crypto";
import { describeSystemError } from "@keywarden/key-format/words";
import type { Secret } from "@keywarden/key-format";
import type { Transporter } from "nodemailer";
import { ChannelError } from "./channel-error.ts";
import type { Channel } from "./channel.ts";

export interface EmailSettings {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** `tls` from the first byte, `starttls` or fail, `none` for a relay on this machine. */
  readonly security: "tls" | "starttls" | "none";
  readonly user: string | undefined;
  readonly password: Secret | undefined;
  readonly from: string;
  readonly to: readonly string[];
}

const timeoutMs = 15_000;

/** Makes a channel that sends plain text over SMTP. */
export function makeEmailChannel(settings: EmailSettings): Channel {
  const { name, from, to } = settings;
  let transport: Promise<Transporter> | null = null;
  return {
    name,
    async send({ id, title, facts, remedy }) {
      const lines = [title, "", ...facts.map(([fact, value]) => `${fact}: ${value}`)];
      if (remedy !== null) lines.push("", remedy);
      transport ??= openTransport(settings);
      const mailer = await transport;
      await mailer
        .sendMail({
          from,
          to: [...to],
          subject: `[Keywarden] ${title}`,
          text: `${lines.join("\n")}\n`,
          // A repetition has the same id, by which mail programs know it.
          messageId: `<keywarden.${createHash("sha256").update(`${name} ${id}`).digest("hex").slice(0, 32)}@${domainOf(from)}>`,
          headers: { "auto-submitted": "auto-generated" },
        })
        .catch((error: unknown) => {
          throw failureOf(name, error);
        });
    },
  };
}

async function openTransport(settings: EmailSettings): Promise<Transporter> {
  const { default: nodemailer } = await import("nodemailer");
  const { host, port, security, user, password } = settings;
  return nodemailer.createTransport({
    host,
    port,
    secure: security === "tls",
    requireTLS: security === "starttls",
    ignoreTLS: security === "none",
    ...(user === undefined ? {} : { auth: { user, pass: password?.reveal() ?? "" } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    // Nothing in a message comes from a file or an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

// The server's own words can quote anything, so only its code is kept.
function failureOf(name: string, error: unknown): ChannelError {
  const { responseCode } = error as { readonly responseCode?: unknown };
  const isFinal = typeof responseCode === "number" && responseCode >= 500;
  const said =
    typeof responseCode === "number" ? `answered ${responseCode}` : `failed: ${describeSystemError(error)}`;
  return new ChannelError(isFinal ? "CHANNEL_REFUSED" : "CHANNEL_UNAVAILABLE", `channel ${name}: ${said}`);
}

function domainOf(address: string): string {
  return /@([A-Za-z0-9.-]+)/u.exec(address)?.[1] ?? "localhost";
}
