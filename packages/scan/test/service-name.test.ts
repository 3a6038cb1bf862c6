import { createHash } from "node:crypto";
import { defineProvider, providersOf, spellService, spellTogether } from "@keywarden/key-format";
import { makeScanner } from "@keywarden/scan";
import { sha256 } from "@keywarden/testing";
import { describe, expect, it } from "vitest";

const scanner = makeScanner({ providers: providersOf([]).providers, sha256, isThorough: true });
const value = createHash("md5").update("a value").digest("hex");
const longer = createHash("sha1").update("a value").digest("hex");
const formatsIn = (text: string): readonly string[] =>
  scanner
    .scanText(text)
    .filter(({ verdict, confidence }) => verdict === "key" && confidence !== "low")
    .map(({ format = "" }) => format);

describe("a key that only its variable's name tells", () => {
  it.each([
    `ALGOLIA_API_KEY=${value}`,
    `export ALGOLIA_ADMIN_KEY='${value}'`,
    `algolia_api_key: ${value}`,
    `"algolia_api_key": "${value}"`,
    `const algoliaApiKey = "${value}";`,
    `String algoliaKey = "${value}";`,
    `var myAlgoliaToken string = "${value}"`,
    `algolia.secret := \`${value}\``,
    `  "algoliaToken" => "${value}",`,
    `System.setProperty("ALGOLIA_TOKEN", "${value}")`,
    `<algoliaToken>\n    ${value}\n</algoliaToken>`,
    `X-Algolia-API-Key: ${value}`,
    `- name: ALGOLIA_API_KEY\n  value: "${value}"`,
    `--algolia-api-key ${value} --verbose`,
    `Our Algolia API key: ${value}`,
    `SECRET_FOR_ALGOLIA=${value}`,
    `fetch("https://api.algolia.net/1/indexes?apiKey=${value}&page=2")`,
    `curl https://api.algolia.net/1/indexes -H "X-API-Key: ${value}"`,
    `curl -H 'Authorization: Bearer ${value}' \\\n  https://api.algolia.net/1/indexes`,
    `curl -d access_token=${value} https://api.algolia.net/1/indexes`,
    `curl -u ${value}: https://api.algolia.net/1/indexes`,
    `services:\n  algolia:\n    app_id: AB12CD\n    api_key: ${value}\n  other:\n    page: 1`,
    `algolia:\r\n  # of the shop\r\n\r\n  apiKey: '${value}'`,
    `"algolia": {\n  "appId": "AB12CD",\n  "apiKey": "${value}"\n}`,
    `'algolia' => [\n  'id' => 'AB12CD',\n  'secret' => '${value}',\n],`,
    `[algolia]\napplication = AB12CD\nadmin_key = ${value}`,
    `[services.algolia]\napi-key = "${value}"`,
    `const client = new AlgoliaClient({ appId: "AB12CD", apiKey: "${value}" });`,
    `client = algolia.Client(app_id="AB12CD", api_key="${value}")`,
    `provider "algolia" {\n  app_id  = "AB12CD"\n  api_key = "${value}"\n}`,
    `<algolia>\n  <id>AB12CD</id>\n  <apiKey>${value}</apiKey>\n</algolia>`,
    `{"config": "{\\"algolia\\": {\\"apiKey\\": \\"${value}\\"}}"}`,
    `mvn verify -Dalgolia.api.key=${value}`,
    `setx "ALGOLIA_API_KEY" "${value}"`,
    `<b>ALGOLIA_API_KEY</b> = '${value}'`,
  ])("is found in %s", (text) => {
    expect(formatsIn(text)).toEqual(["algolia/api-key"]);
  });

  it.each([
    ["the name says that it is an id", `ALGOLIA_APP_ID=${value}`],
    ["the name says that it is a digest", `algolia_key_md5 = "${value}"`],
    ["the name says nothing of a credential", `algolia_page: ${value}`],
    ["the service is a part of another word", `megalgoliath_token: ${value}`],
    ["the value goes on", `ALGOLIA_API_KEY=${value}-${value}`],
    ["the value is a name of a file", `algolia_token: ${value}.png`],
    ["the value is a call", `algoliaApiKey = ${"readSettings4".repeat(3).slice(0, 32)}(`],
    ["the value is a word", `algoliaApiKey = "${"settingsOfTheSearchForProducts".padEnd(32, "X")}"`],
    ["other text stands between", `algolia_api_key = read_from_file("settings"); digest = "${value}"`],
    ["the value is a placeholder", `ALGOLIA_API_KEY=${"your_api_key".padEnd(32, "x")}`],
    ["a header is sent to another service", `curl https://acme.io/algolia/x -H "X-API-Key: ${value}"`],
    ["a header is sent by the next line", `curl https://algolia.net/\ncurl -H "X-API-Key: ${value}" a.io`],
    ["another program than curl sends it", `say https://api.algolia.net/1/ -H "X-API-Key: ${value}"`],
    ["the member of its settings is an id", `algolia:\n  app_id: ${value}`],
    ["its settings have ended", `services:\n  algolia:\n    page: 1\n  other:\n    api_key: ${value}`],
    ["its section has ended", `[algolia]\npage = 1\n[other]\napi_key = ${value}`],
    ["its brackets are closed", `algolia({ page: 1 }); other({ apiKey: "${value}" })`],
    ["its element is closed", `<algolia><page>1</page></algolia><other><key>${value}</key></other>`],
    ["its settings are those of a search box", `algolia: { indexName: "docs", apiKey: "${value}" }`],
    ["a word goes on", `algolias: { apiKey: "${value}" }`],
    ["the address has another parameter", `https://algolia.com/?page=${value}`],
  ])("is not seen where %s", (_, text) => {
    expect(formatsIn(text)).toEqual([]);
  });

  it("is found by each name of a service that is searched for as one", () => {
    const alike = providersOf([]).providers.flatMap(({ patterns = [] }) =>
      patterns.flatMap(({ services = [] }) => (services.length > 1 ? [services] : [])),
    );
    expect(alike.length).toBeGreaterThan(50);
    for (const services of alike) {
      const each = services.flatMap((service) => spellService(service, true));
      const together = spellTogether(services).flatMap(({ text, first, rests = [""] }) =>
        rests.map((rest) => ({ text: text + rest, ...(first === undefined ? {} : { first }) })),
      );
      const inOrder = (one: { text: string }, other: { text: string }): number =>
        one.text < other.text ? -1 : 1;
      expect(together.sort(inOrder)).toEqual(each.sort(inOrder));
    }
    for (const name of ["apollo_api", "APOLLO_ACCESS_TOKEN", "apollo-key", "apolloSecret"])
      expect(formatsIn(`${name}=${value.slice(0, 22)}`)).toContain("apollo/api-key");
    expect(formatsIn(`apollo_page=${value.slice(0, 22)}`)).toEqual([]);
  });

  it("says that the name is all that tells whose it is", () => {
    expect(scanner.scanText(`ALGOLIA_API_KEY=${value}`)).toMatchObject([
      { confidence: "medium", reason: "fits Algolia's API key, and is called so", environment: null },
    ]);
  });

  it("of a service that has ended such keys is a warning, with the day", () => {
    const uuid = value.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
    expect(scanner.scanText(`HUBSPOT_API_KEY=${uuid}`)).toMatchObject([
      {
        verdict: "key",
        confidence: "low",
        isUndecided: true,
        reason:
          "fits HubSpot's API key of before 2022, and is called so, and HubSpot has ended these on 2022-11-30",
      },
    ]);
  });

  it("of a rare service is looked for by a thorough scan alone", () => {
    const text = `STORMBOARD_API_KEY=${longer}`;
    expect(formatsIn(text)).toEqual(["stormboard/api-key"]);
    const quick = makeScanner({ providers: scanner.providers, sha256 });
    expect(quick.scanText(text)).toEqual([]);
    expect(quick.scanText(`ALGOLIA_API_KEY=${value}`)).toHaveLength(1);
  });

  it("can be described by a user, with the words of the own service", () => {
    const own = defineProvider({
      id: "acme",
      patterns: [{ id: "key", kind: "secret", pattern: "{hex:32}", services: ["acme_deploy"] }],
    });
    if (!own.ok) throw new Error(JSON.stringify(own.problems));
    const scan = makeScanner({ providers: providersOf([own.provider]).providers, sha256 });
    for (const name of ["ACME_DEPLOY_KEY", "acmeDeployToken", "acme_deploy_secret"])
      expect(scan.scanText(`${name} = "${value}"`)).toMatchObject([{ format: "acme/key" }]);
    expect(scan.scanText(`ACME_KEY = "${value}"`)).toEqual([]);
  });
});

describe("a key that another text leads to", () => {
  const id = ["AK", "IAQYLPMN5HHHFPZAM2"].join("");
  const secret = createHash("sha512").update("b").digest("base64").replaceAll(/[+/=]/g, "x").slice(0, 40);
  const [d, k] = ["d", "k"].map((seed) => createHash("sha256").update(seed).digest("base64url"));
  const otp = "GEZDGNBVGY3TQOJQKRUGKIDR";
  const password = createHash("sha256").update("p").digest("base64url").slice(0, 14);
  const login = btoa(`me:${password}`);
  const access = createHash("sha256").update("access").digest("base64");
  const random = (size: number): string =>
    createHash("sha512").update("c").digest("base64").replaceAll(/[+/=]/g, "7").slice(0, size);
  const client = ["514233951460-ptar9o2diyaiz06uxa9inr2iuqjlvg1u", ".apps.googleusercontent.com"].join("");
  const [hex32, hex40, hex128] = ["md5", "sha1", "sha512"].map((name) =>
    createHash(name).update("d").digest("hex"),
  );
  const django = "(k7#v)m2=x&q0+z_9!w4-r^5@t$b8*c1%n3)d6=f#g7&h0+j2s";
  const salt = "(k 7#v]M2=x&Q0+z_9!w4-R^5@t$b8*c1%N3)d6=f#g7&H0+j2s~L`p|y;Z:[u5}";
  const signed = new URLSearchParams({ sv: "2022-11-02", ss: "b", sp: "r", sig: access }).toString();

  it.each([
    ["aws/secret-key-beside-its-id", `"id": "${id}",\n"status": "Active",\n"secret": "${secret}"`, secret],
    ["aws/secret-key-beside-its-id", `secret: ${secret}\nid: ${id}`, secret],
    ["aws/secret-key-beside-its-id", `new Credentials("${id}", "${secret}")`, secret],
    ["aws/secret-key-beside-its-id", `credentials: '${id}:${secret}'`, secret],
    ["any-provider/json-web-key", `{"kty":"EC","crv":"P-256","x":"${k}","d":"${d}"}`, d],
    ["any-provider/json-web-key", `{ d: '${d}', kty: 'OKP', crv: 'Ed25519' }`, d],
    ["any-provider/json-web-key", `{"k":"${k}","kty":"oct"}`, k],
    ["any-provider/otp-secret", `otpauth://totp/shop:me@example.com?issuer=shop&secret=${otp}`, otp],
    ["any-provider/otp-secret-beside-its-name", `ROTP::TOTP.new('${otp}', issuer: "shop")`, otp],
    ["any-provider/otp-secret-beside-its-name", `TOTP_SECRET=${otp}`, otp],
    ["any-provider/password-in-address", `postgres://app:${password}@db.acme.io:5432/main`, password],
    ["any-provider/password-in-address", `mongodb+srv://app:${password}@c0.ab1.mongodb.net/x`, password],
    ["any-provider/password-in-address", `REDIS_URL=rediss://:${password}@cache.acme.io:6379`, password],
    ["any-provider/password-in-address", `amqps://a:${password}@203.0.113.7/vhost`, password],
    [
      "any-provider/password-in-connection-string",
      `Server=tcp:db.acme.io,1433;User ID=app;Password=${password};Encrypt=True`,
      password,
    ],
    ["any-provider/password-in-connection-string", `Uid=app;Pwd=${password};Server=db.acme.io`, password],
    [
      "any-provider/password-in-connection-string",
      `url=jdbc:postgresql://db.acme.io:5432/app?user=app&password=${password}\n`,
      password,
    ],
    [
      "any-provider/password-in-connection-string",
      `cache.acme.io:6380,password=${access},ssl=True,abortConnect=False`,
      access,
    ],
    ["google/oauth-client-secret-beside-its-id", `id: ${client}\nclient_secret: ${random(24)}`, random(24)],
    [
      "google/oauth-client-secret-beside-its-id",
      `{"client_secret": "${random(24)}", "uris": [], "client_id": "${client}"}`,
      random(24),
    ],
    ["google/oauth-client-secret-beside-its-id", `new OAuth2("${client}", "${random(24)}", url)`, random(24)],
    [
      "alibaba-cloud/secret-key-beside-its-id",
      `accessKey: LTAI${random(20)}\nsecretKey: ${random(30)}`,
      random(30),
    ],
    [
      "azure/bot-secret-beside-its-host",
      `POST https://directline.botframework.com/v3\nAuthorization: Bearer ${random(11)}.${random(43)}`,
      `${random(11)}.${random(43)}`,
    ],
    ["azure/subscription-key", `'Ocp-Apim-Subscription-Key': '${hex32}'`, hex32],
    ["azure/signed-query", `https://acme.blob.core.windows.net/a?${signed}`, signed],
    ["azure/signed-query", `<a href="https://acme.io/?${signed.replaceAll("&", "&amp;")}">`, null],
    ["azure/signed-query", `SharedAccessSignature=${signed};BlobEndpoint=https://acme.io`, signed],
    ["django/secret-key", `SECRET_KEY = '${django}'`, django],
    ["django/secret-key", `SECRET_KEY = env("SECRET_KEY", default="${django}")`, django],
    ["wordpress/salt", `define('NONCE_SALT',       '${salt}');`, salt],
    ["laravel/app-key", `APP_KEY=base64:${access}`, `base64:${access}`],
    ["rails/secret-key-base", `production:\n  secret_key_base: ${hex128}`, hex128],
    ["rails/master-key", `RAILS_MASTER_KEY=${hex32}`, hex32],
    ["github/app-secret-beside-its-id", `id=Iv1.${random(16)}\nclient_secret=${hex40}`, hex40],
    ["any-provider/sent-by-curl", `curl -u app:${password} https://api.acme.io`, password],
    [
      "any-provider/sent-by-curl",
      `curl -X POST \\\n  -H "Authorization: Bearer ${longer}" https://api.acme.io`,
      longer,
    ],
    ["any-provider/npmrc-token", `//npm.acme.io/:_password=${btoa(password)}`, btoa(password)],
    ["any-provider/registry-login", `{"auths": {"ghcr.io": {"auth": "${login}"}}}`, login],
    ["any-provider/basic-login", `Authorization: Basic ${login}`, login],
    ["any-provider/basic-login", `//npm.acme.io/:_auth=${login}`, login],
    ["any-provider/netrc-password", `machine acme.io\n  login me\n  password ${password}\n`, password],
    ["any-provider/npmrc-token", `//npm.acme.io/:_authToken=${longer}`, longer],
  ])("is found: %s in %s", (format, text, key) => {
    const found = scanner.scanText(text).filter((match) => match.format === format);
    const wanted = key ?? signed.replaceAll("&", "&amp;");
    expect(found.map((match) => match.secret.reveal())).toEqual([wanted]);
    expect(Buffer.from(text).toString("utf8", found[0]?.start, found[0]?.end)).toBe(wanted);
  });

  it.each([
    ["a public JSON Web Key", `{"kty":"EC","crv":"P-256","x":"${k}","y":"${d}"}`],
    ["a member of another object", `{"kty":"EC","x":"${k}"}, {"d":"${d}"}`],
    ["a digest beside a key id", `${id} ${longer}`],
    ["a password that a person chose", `postgres://app:correct-horse-battery@db.acme.io/main`],
    ["a password that a document shows", `postgres://app:mypassword1234@db.acme.io/main`],
    ["a name that is its own password", `postgres://application12:application12@db.acme.io/main`],
    ["a template", `postgres://\${USER}:\${PASSWORD1234}@db.acme.io postgres://%s:%s@db.acme.io`],
    ["a password of this machine", `postgres://app:${password}@localhost:5432/main`],
    ["a password of a container beside it", `postgres://app:${password}@db:5432/main`],
    ["a password of a private network", `postgres://app:${password}@192.168.1.4/main`],
    ["a password of a host that documents use", `postgres://app:${password}@db.example.com/main`],
    ["a setting that a person chose", "Server=db.acme.io;User ID=app;Password=correct-horse-battery;"],
    ["a setting of this machine", `Server=localhost;User ID=app;Password=${password};`],
    ["a setting of a document's host", `Server=db.example.com;Uid=app;Pwd=${password};`],
    ["a setting of no server", `mode=1;password=${password};`],
    ["a setting that is filled in", `Server=db.acme.io;Password=$(dbPassword123);Pwd={1}password1234`],
    ["a header with a chosen password", `Authorization: Basic ${btoa("user:correct-horse-battery")}`],
    ["a header with no login", `Authorization: Basic ${btoa(password.repeat(3))}`],
    ["a value near the id of a client that is none of its form", `id: ${client}\nclient_secret: ${hex32}`],
    ["a value near the id of a client that is not called a secret", `id: ${client}\nnonce: ${random(24)}`],
    ["a password that curl sends to this machine", `curl -u app:${password} http://localhost:8080`],
    ["a chosen password that curl sends", "curl -u app:correct-horse-battery https://api.acme.io"],
    [
      "what curl sends from a variable",
      'curl -H "Authorization: Bearer $TOKEN1234567890abcdef" https://a.io',
    ],
    ["a query with a short signature", `https://acme.io/a?sv=2022-11-02&sp=r&sig=${hex32}`],
    ["a query with a signature that says nothing", `https://acme.io/a?sig=${access}&t=1`],
    ["a secret of Django that is longer", `SECRET_KEY = '${django}x'`],
    ["a token that the shell fills in", "//npm.acme.io/:_authToken=${NPM_TOKEN}"],
    ["a token that is a name", "_authToken = credentialsFromTheEnvironment()"],
    ["an address for authenticators without its secret", "otpauth://totp/shop?issuer=shop"],
  ])("is none: %s", (_, text) => {
    const found = scanner.scanText(text).filter(({ format }) => format !== "aws/access-key-id");
    expect(found).toEqual([]);
  });

  it("is a warning where curl sends it to a service that nothing names", () => {
    expect(scanner.scanText(`curl -u app:${password} https://api.acme.io`)).toMatchObject([
      { verdict: "key", confidence: "low", isUndecided: true },
    ]);
  });

  it.each(["sample_", "example-", "your_"])("is a placeholder behind %s", (word) => {
    const key = ["AIza", random(35)].join("");
    expect(scanner.scanText(`key = '${key}'`)).toMatchObject([{ verdict: "key" }]);
    expect(scanner.scanText(`key = '${word}${key}'`)).toMatchObject([{ verdict: "placeholder" }]);
  });

  it("is a published example where a standard prints it", () => {
    const text = `otpauth://totp/me?secret=${["JBSWY3DP", "EHPK3PXP"].join("")}`;
    expect(scanner.scanText(text)).toMatchObject([{ verdict: "published-example" }]);
  });

  it.each(["SECRETSKEY", "EFUCDlEX1A"])("is a published example that ends otherwise: %s", (end) => {
    const key = ["wJalrXUtnFEMI", "K7MDENG", `bPxRfiCY${end}`].join("/");
    const found = scanner.scanText(`AWS_SECRET_ACCESS_KEY=${key}`);
    expect(found).toMatchObject([{ verdict: "published-example" }]);
  });
});
