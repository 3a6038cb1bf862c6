import { crc32 } from "node:zlib";
import { makeRandom, makeToken } from "@keywarden/testing";

/** A key of a public format and the text of a file that somebody wrote it in. */
export interface WrittenKey {
  readonly id: string;
  /** How the file's name ends. */
  readonly ending: string;
  readonly text: string;
}

const upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const lower = upper.toLowerCase();
const digits = "0123456789";
const classes = {
  h: `${digits}abcdef`,
  H: `${digits}ABCDEF`,
  d: digits,
  u: upper,
  l: lower,
  b: `${upper}234567`,
  U: digits + upper,
  L: digits + lower,
  a: digits + upper + lower,
  s: `${digits}${upper}${lower}-_`,
  A: upper + lower,
  c: "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz",
  p: `${digits}${upper}${lower}+/`,
} as const;

/**
 * What public documents and other scanners' rules say of these formats, written here once more and apart from the
 * catalogue: `<h40>` is 40 characters of a class, `<crc62>`, `<crc16>` and `<CRC16>` the checksums of GitHub, Grafana and
 * Atlassian.
 */
const formats: Readonly<Record<string, string>> = {
  "aws access key": "[default]\naws_access_key_id = AKIA<b16>\naws_secret_access_key = <p40>",
  "aws session key": "AWS_ACCESS_KEY_ID=ASIA<b16>\nAWS_SECRET_ACCESS_KEY=<p40>",
  "github classic": "GITHUB_TOKEN=ghp_<a30><crc62>",
  "github oauth": "token: gho_<a30><crc62>",
  "github user to server": "token: ghu_<a30><crc62>",
  "github installation": "GH_TOKEN=ghs_<a30><crc62>",
  "github refresh": "refresh_token=ghr_<a30><crc62>",
  "github fine-grained": "GITHUB_TOKEN=github_pat_<a22>_<a59>",
  "gitlab personal": "GITLAB_TOKEN=glpat-<s20>",
  "gitlab deploy": "DEPLOY_TOKEN=gldt-<s20>",
  "gitlab runner": "token = glrt-<s20>",
  "gitlab trigger": "TRIGGER=glptt-<h40>",
  "slack bot": "SLACK_BOT_TOKEN=xoxb-<d12>-<d13>-<a24>",
  "slack user": "SLACK_TOKEN=xoxp-<d12>-<d12>-<d13>-<h32>",
  "slack app": "SLACK_APP_TOKEN=xapp-1-A<U10>-<d13>-<h64>",
  "slack webhook": "url: https://hooks.slack.com/services/T<U10>/B<U10>/<a24>",
  "stripe live": "STRIPE_SECRET_KEY=sk_live_<a24>",
  "stripe live, long": "STRIPE_SECRET_KEY=sk_live_51<a97>",
  "stripe test": "STRIPE_SECRET_KEY=sk_test_<a24>",
  "stripe restricted": "STRIPE_KEY=rk_live_<a24>",
  "stripe webhook": "STRIPE_WEBHOOK_SECRET=whsec_<a32>",
  "openai project": "OPENAI_API_KEY=sk-proj-<s74>T3BlbkFJ<s74>",
  "openai legacy": "OPENAI_API_KEY=sk-<a20>T3BlbkFJ<a20>",
  "openai service account": "OPENAI_API_KEY=sk-svcacct-<s74>T3BlbkFJ<s74>",
  anthropic: "ANTHROPIC_API_KEY=sk-ant-api03-<s93>AA",
  "anthropic admin": "ANTHROPIC_ADMIN_KEY=sk-ant-admin01-<s93>AA",
  "google api": "GOOGLE_API_KEY=AIza<s35>",
  "google oauth client": '"client_secret": "GOCSPX-<s28>"',
  "google access token": "token=ya29.<s120>",
  npm: "//registry.npmjs.org/:_authToken=npm_<a30><crc62>",
  pypi: "password = pypi-AgEIcHlwaS5vcmc<s170>",
  rubygems: ":rubygems_api_key: rubygems_<h48>",
  nuget: "NUGET_KEY=oy2<L43>",
  "crates.io": 'token = "cio<a32>"',
  sendgrid: "SENDGRID_API_KEY=SG.<s22>.<s43>",
  mailgun: "MAILGUN_KEY=key-<h32>",
  mailchimp: "MAILCHIMP_API_KEY=<h32>-us12",
  "twilio api key": "TWILIO_API_KEY=SK<h32>\nTWILIO_API_SECRET=<a32>",
  digitalocean: "DO_TOKEN=dop_v1_<h64>",
  "digitalocean oauth": "DO_TOKEN=doo_v1_<h64>",
  shopify: "SHOPIFY_TOKEN=shpat_<h32>",
  "shopify shared secret": "SHOPIFY_SECRET=shpss_<h32>",
  heroku: "HEROKU_API_KEY=HRKU-AA<s58>",
  netlify: "NETLIFY_AUTH_TOKEN=nfp_<a36>",
  "cloudflare origin ca": "CLOUDFLARE_ORIGIN=v1.0-<h24>-<h146>",
  "hugging face": "HF_TOKEN=hf_<A34>",
  replicate: "REPLICATE_API_TOKEN=r8_<a37>",
  groq: "GROQ_API_KEY=gsk_<a20>WGdyb3FY<a24>",
  xai: "XAI_API_KEY=xai-<a80>",
  perplexity: "PPLX_API_KEY=pplx-<a48>",
  openrouter: "OPENROUTER_API_KEY=sk-or-v1-<h64>",
  deepseek: "DEEPSEEK_API_KEY=sk-<h32>",
  databricks: "DATABRICKS_TOKEN=dapi<h32>",
  planetscale: "DATABASE_PASSWORD=pscale_pw_<s43>",
  "planetscale token": "PLANETSCALE_TOKEN=pscale_tkn_<s43>",
  supabase: "SUPABASE_ACCESS_TOKEN=sbp_<h40>",
  linear: "LINEAR_API_KEY=lin_api_<a40>",
  notion: "NOTION_TOKEN=ntn_<d11><a35>",
  airtable: "AIRTABLE_TOKEN=pat<a14>.<h64>",
  figma: "FIGMA_TOKEN=figd_<s40>",
  postman: "POSTMAN_API_KEY=PMAK-<h24>-<h34>",
  doppler: "DOPPLER_TOKEN=dp.pt.<a43>",
  "grafana service account": "GRAFANA_TOKEN=glsa_<a32>_<crc16>",
  "grafana cloud": "GRAFANA_CLOUD=glc_eyJv<p80>",
  "new relic": "NEW_RELIC_API_KEY=NRAK-<U27>",
  "sentry user": "SENTRY_AUTH_TOKEN=sntryu_<h64>",
  atlassian: "ATLASSIAN_TOKEN=ATATT3xFfGF0<s171>=<CRC16>",
  dynatrace: "DT_TOKEN=dt0c01.<b24>.<b64>",
  vault: "VAULT_TOKEN=hvs.CAESI<s90>",
  terraform: 'token = "<a14>.atlasv1.<s67>"',
  pulumi: "PULUMI_ACCESS_TOKEN=pul-<h40>",
  docker: "DOCKER_PAT=dckr_pat_<s27>",
  "discord bot": "DISCORD_TOKEN=MT<a24>.G<s5>.<s38>",
  telegram: "TELEGRAM_BOT_TOKEN=1<d9>:AA<s33>",
  square: "SQUARE_ACCESS_TOKEN=EAAA<s60>",
  "square oauth": "SQUARE_SECRET=sq0csp-<s43>",
  braintree: "token: access_token$production$<L16>$<h32>",
  razorpay: "RAZORPAY_KEY=rzp_live_<a14>\nRAZORPAY_SECRET=<a24>",
  resend: "RESEND_API_KEY=re_<c8>_<c24>",
  brevo: "BREVO_KEY=xkeysib-<h64>-<a16>",
  "azure client secret": "AZURE_CLIENT_SECRET=<a3>8Q~<s34>",
  "azure storage":
    "AZURE_STORAGE=DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=<p86>==;EndpointSuffix=core.windows.net",
  "azure devops": "AZURE_DEVOPS_PAT=<a76>AZDO<a4>",
  tailscale: "TS_AUTHKEY=tskey-auth-<a12>CNTRL-<a32>",
  "fly.io": "FLY_API_TOKEN=FlyV1 fm2_<p120>",
  contentful: "CONTENTFUL=CFPAT-<s43>",
  dropbox: "DROPBOX_TOKEN=sl.<s140>",
  hubspot: "HUBSPOT=pat-na1-<h8>-<h4>-<h4>-<h4>-<h12>",
  "sonar qube": "SONAR_TOKEN=sqp_<h40>",
  "launchdarkly sdk": "LD_SDK_KEY=sdk-<h8>-<h4>-<h4>-<h4>-<h12>",
  "facebook page": "FB_TOKEN=EAAM<a160>",
  easypost: "EASYPOST=EZAK<a54>",
  flutterwave: "FLW=FLWSECK-<h32>-X",
  lichess: "LICHESS=lip_<a20>",
  typeform: "TYPEFORM=tfp_<s59>",
  "database url": "DATABASE_URL=postgres://shop:<a24>@db.internal:5432/shop",
};

const ids = ["rsa", "ec", "openssh", "pkcs8", "pgp"] as const;
const names = {
  rsa: "RSA PRIVATE KEY",
  ec: "EC PRIVATE KEY",
  openssh: "OPENSSH PRIVATE KEY",
  pkcs8: "PRIVATE KEY",
  pgp: "PGP PRIVATE KEY BLOCK",
};

/** Makes one key of each format, with random bodies. */
export function makeWellKnownKeys(seed: number): readonly WrittenKey[] {
  const written = Object.entries(formats).map(([id, format], index) => ({
    id,
    ending: ".env",
    text: `${fill(format, seed + index)}\n`,
  }));
  const blocks = ids.map((id, index) => ({ id, ending: ".pem", text: makeBlock(names[id], seed - index) }));
  return [...written, ...blocks, { id: "jwt", ending: ".env", text: `SESSION_JWT=${makeToken(seed)}\n` }];
}

function fill(format: string, seed: number): string {
  const random = makeRandom(seed);
  let text = "";
  for (const [, literal = "", part = ""] of format.matchAll(/([^<]*)(?:<([^>]*)>)?/g)) {
    text += literal;
    if (part !== "")
      text += part.toLowerCase().startsWith("crc") ? checksum(part, text) : characters(part, random);
  }
  return text;
}

function characters(part: string, random: (sizeBytes: number) => Uint8Array): string {
  const set = classes[part.charAt(0) as keyof typeof classes];
  return Array.from(random(Number(part.slice(1))), (byte) => set.charAt(byte % set.length)).join("");
}

function checksum(part: string, before: string): string {
  const key = before.slice(before.search(/ATATT|glsa_|gh[a-z]_|npm_/));
  if (part === "crc62") {
    let value = crc32(key.replace(/^[a-z]+_/u, ""));
    const set = digits + upper + lower;
    let text = "";
    for (let at = 0; at < 6; at += 1, value = Math.floor(value / 62)) text = set.charAt(value % 62) + text;
    return text;
  }
  if (part === "CRC16") return crc32(key).toString(16).padStart(8, "0").toUpperCase();
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(crc32(key.replace(/_$/u, "")));
  return bytes.toString("hex");
}

function makeBlock(name: string, seed: number): string {
  const isOpenSsh = name.startsWith("OPENSSH");
  const head = isOpenSsh
    ? Buffer.from("openssh-key-v1\0\0\0\0\u0004none\0\0\0\u0004none\0\0\0\0\0\0\0\u0001")
    : Buffer.from([0x30, 0x82, 4, 0xa4, 2, 1, 0]);
  const lines =
    Buffer.concat([head, makeRandom(seed)(900)])
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${name}-----\n${name.startsWith("PGP") ? "\n" : ""}${lines.join("\n")}\n-----END ${name}-----\n`;
}
