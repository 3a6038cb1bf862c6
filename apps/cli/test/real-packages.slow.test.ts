import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { assertNoKey, makeTemporaryDirectory } from "@keywarden/testing";
import { builtProgram } from "@keywarden/testing/built-program";
import { describe, expect, it } from "vitest";
import { keys, keywarden, live } from "./command.ts";

/** A kind of package, made by the tool that everybody makes it with. */
interface Kind {
  /** Ends with 0 where the tool is here. */
  readonly probe: string;
  readonly files: Readonly<Record<string, string>>;
  /** Where the key goes, below the folder. */
  readonly secret: string;
  readonly build: string;
  /** What the tool writes into `out`. */
  readonly suffix: string;
  /** The place that the report names. */
  readonly member: string;
}

const python = {
  "pyproject.toml":
    '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n' +
    '[project]\nname = "shop"\nversion = "1.0.0"\n[tool.setuptools]\npackages = ["shop"]\n' +
    '[tool.setuptools.package-data]\nshop = ["*", ".*"]\n',
  "shop/__init__.py": "",
  "MANIFEST.in": "include shop/.env\n",
};

const kinds: Readonly<Record<string, Kind>> = {
  "a wheel of pip": {
    probe: 'python3 -c "import setuptools, wheel" && python3 -m pip --version',
    files: python,
    secret: "shop/.env",
    build: "python3 -m pip wheel --quiet --no-index --no-deps --no-build-isolation -w out .",
    suffix: ".whl",
    member: "shop/.env",
  },
  "an sdist of setuptools": {
    probe: 'python3 -c "import setuptools"',
    files: python,
    secret: "shop/.env",
    build: 'python3 -c "import setuptools; setuptools.setup()" --quiet sdist --dist-dir out',
    suffix: ".tar.gz",
    member: "shop-1.0.0/shop/.env",
  },
  "a crate of cargo": {
    probe: "cargo --version",
    files: {
      "Cargo.toml":
        '[package]\nname = "shop"\nversion = "1.0.0"\nedition = "2021"\nlicense = "MIT"\ndescription = "x"\n' +
        'include = ["/src", "/.claude"]\n',
      "src/lib.rs": "pub fn shop() {}\n",
    },
    secret: ".claude/settings.json",
    build:
      "cargo package --quiet --offline --no-verify --allow-dirty --target-dir target && mkdir out && cp target/package/*.crate out",
    suffix: ".crate",
    member: "shop-1.0.0/.claude/settings.json",
  },
  "a jar": {
    probe: "command -v jar",
    files: { "classes/META-INF/services/shop": "shop\n" },
    secret: "classes/application.properties",
    build: "mkdir out && jar cf out/shop.jar -C classes .",
    suffix: ".jar",
    member: "application.properties",
  },
  "a package of npm": {
    probe: "npm --version",
    files: { "package.json": '{ "name": "shop", "version": "1.0.0", "files": ["dist"] }\n' },
    secret: "dist/index.js.map",
    build: "mkdir out && npm pack --silent --offline --pack-destination out",
    suffix: ".tgz",
    member: "package/dist/index.js.map",
  },
};

const has = (probe: string): boolean => spawnSync("sh", ["-c", probe], { stdio: "ignore" }).status === 0;

for (const [title, { probe, files, secret, build, suffix, member }] of Object.entries(kinds)) {
  const note = has(probe) ? "" : ` (skipped: no \`${probe}\` here)`;
  it.skipIf(note !== "")(`finds a key in ${title}, and none in a clean one${note}`, async () => {
    using place = makeTemporaryDirectory();
    const scanBuilt = async (text: string) => {
      for (const [path, content] of Object.entries({ ...files, [secret]: text })) {
        mkdirSync(dirname(join(place.path, path)), { recursive: true });
        writeFileSync(join(place.path, path), content);
      }
      rmSync(join(place.path, "out"), { recursive: true, force: true });
      execFileSync("sh", ["-c", build], { cwd: place.path, stdio: "pipe" });
      const built = readdirSync(join(place.path, "out")).find((name) => name.endsWith(suffix)) ?? "";
      return keywarden(["scan", "--package", `out/${built}`], { directory: place.path });
    };
    expect(await scanBuilt("PORT=1\n")).toMatchObject({ status: 0 });
    const source = `const key = "${live}";`;
    const { status, stdout } = await scanBuilt(
      secret.endsWith(".map") ? JSON.stringify({ version: 3, sourcesContent: [source] }) : `KEY=${live}\n`,
    );
    expect(stdout).toContain(`!/${member}:`);
    expect(status).toBe(1);
  });
}

describe("the recipe for a package of a workspace", () => {
  it.each([
    ["prepublishOnly", ["publish", "--dry-run", "--workspace", "shop"]],
    ["prepack", ["pack", "--workspace", "shop"]],
  ] as const)("stops a key before it leaves: %s", (script, args) => {
    using place = makeTemporaryDirectory();
    const write = (path: string, text: string): void => {
      mkdirSync(dirname(join(place.path, path)), { recursive: true });
      writeFileSync(join(place.path, path), text, { mode: 0o755 });
    };
    write("package.json", '{ "name": "top", "version": "1.0.0", "private": true, "workspaces": ["shop"] }');
    const scripts = { [script]: "keywarden scan --package" };
    write("shop/package.json", JSON.stringify({ name: "shop", version: "1.0.0", files: ["dist"], scripts }));
    write("shop/dist/index.js", "export {};\n");
    write(".env", `KEY=${live}\n`);
    const start = `exec '${process.execPath}' '${builtProgram("cli")}' "$@"`;
    write("node_modules/.bin/keywarden", `#!/bin/sh\n${start}\n`);
    const run = () => {
      const env = { ...process.env, HOME: place.path, npm_config_update_notifier: "false" };
      const { status, stdout, stderr } = spawnSync("npm", [...args, "--offline"], {
        cwd: place.path,
        env,
        encoding: "utf8",
      });
      assertNoKey(stdout + stderr, keys);
      return { status, output: stdout + stderr };
    };
    const clean = run();
    expect(clean.output).toContain("no keys found: scanned 2 files");
    expect(clean.status).toBe(0);
    rmSync(join(place.path, "shop-1.0.0.tgz"), { force: true });
    write("shop/dist/index.js.map", `{"sourcesContent":["const key = '${live}'"]}\n`);
    const found = run();
    expect(found.output).toContain("dist/index.js.map");
    expect(found.status).toBe(1);
    expect(readdirSync(place.path)).not.toContain("shop-1.0.0.tgz");
  });
});

const noBuildah = has("buildah --version && skopeo --version && test $(id -u) = 0")
  ? ""
  : " (skipped: it takes buildah and skopeo, as root)";

describe.skipIf(noBuildah !== "")(`an image of buildah${noBuildah}`, () => {
  it("shows the key that a later layer deletes, in every form that skopeo writes", async () => {
    using place = makeTemporaryDirectory();
    mkdirSync(join(place.path, "context"));
    writeFileSync(join(place.path, "context/.env"), `API_KEY=${live}\n`);
    const steps = `set -e
b="buildah --root $PWD/root --runroot $PWD/run"
c=$($b from scratch)
$b copy -q $c context /app
$b commit -q $c one:1
c=$($b from one:1)
m=$($b mount $c)
rm $m/app/.env
$b umount $c
$b commit -q $c two:1
for to in docker-archive:$PWD/docker.tar:two:1 oci-archive:$PWD/oci.tar:two:1 oci:$PWD/layout:two; do
  $b push -q two:1 $to
done
skopeo copy -q --dest-compress --dest-compress-format zstd oci:$PWD/layout:two oci:$PWD/zstd:two
$b rm -a
$b rmi -a -f`;
    execFileSync("sh", ["-c", steps], {
      cwd: place.path,
      stdio: "pipe",
      env: { ...process.env, STORAGE_DRIVER: "vfs", BUILDAH_ISOLATION: "chroot" },
    });
    for (const file of ["docker.tar", "oci.tar", "layout", "zstd"]) {
      const { status, stdout } = await keywarden(["scan", "--package", "--format", "json", file], {
        directory: place.path,
      });
      const { findings } = JSON.parse(stdout) as {
        readonly findings: readonly { readonly member: string; readonly reason: string }[];
      };
      expect([file, status, findings.length]).toEqual([file, 1, 1]);
      expect(findings[0]?.member).toBe("layer 1 of 2!/app/.env");
      expect(findings[0]?.reason).toContain("deleted in layer 2 and still in the image");
    }
  });
});
