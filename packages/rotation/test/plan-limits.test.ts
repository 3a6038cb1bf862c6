import { aero2, aforo, auroraSolar, azotte, example, type ManagedProvider } from "@keywarden/key-format";
import { dialects } from "@keywarden/management";
import type { KeyApi, RotatableKey } from "@keywarden/rotation";
import { planRotation, RotationError } from "@keywarden/rotation";
import { expect, test } from "vitest";
import { makeRig } from "./rig.ts";

const words = {
  permissions: "does not always show a key's permissions,",
  restrictions: "does not always show a key's restrictions,",
  both: "does not always show a key's permissions and restrictions,",
  alone: "It is unknown whether an earlier rotation",
  answer: "If the provider's answer is lost",
} as const;
type Limit = keyof typeof words;

/** What a plan over the provider's own API warns of, by the sentences above. */
async function limitsOf(
  provider: ManagedProvider,
  {
    key = {},
    hasList = true,
    via = "provider",
  }: { key?: Partial<RotatableKey>; hasList?: boolean; via?: "provider" | "operator" } = {},
): Promise<readonly Limit[]> {
  using rig = await makeRig(provider);
  const keyApi: KeyApi = {
    ...rig.provider.keyApi,
    show: async (id) => ({ ...(await rig.provider.keyApi.show(id)), ...key }),
    ...(!hasList && {
      // oxlint-disable-next-line require-yield
      async *listActive() {
        throw new RotationError("ROTATION_CANNOT_TELL", "there is no list");
      },
    }),
  };
  const { warnings } = await planRotation({
    keyApi,
    server: "http://127.0.0.1:1",
    via,
    directory: "/",
    keyId: rig.first.key.id,
    profileOf: () => provider,
    sinks: [],
    endGrace: false,
    rotation: rig.rotation,
    now: rig.clock,
  });
  return (Object.keys(words) as Limit[]).filter((name) => warnings.some((one) => one.includes(words[name])));
}

const darkly = { generation: 0, lastFour: "" };

// One row for each dialect: what its document leaves in the dark about a key that shows nothing beside its name.
test.each([
  { provider: aforo, limits: [] },
  { provider: aero2, limits: ["answer"] },
  { provider: example, limits: ["restrictions"] },
  { provider: azotte, limits: [] },
  { provider: auroraSolar, limits: ["answer"] },
])("$provider.id: $limits", async ({ provider, limits }) => {
  expect(await limitsOf(provider, { key: darkly })).toEqual(limits);
});

test("a key that shows its restrictions has none that are hidden", async () => {
  const restrictions = { ipRanges: ["10.0.0.0/8"] };
  expect(await limitsOf(example, { key: { ...darkly, restrictions } })).toEqual([]);
});

test("what a document is said to hide is named, together where both are", async () => {
  const hiding = (management: Partial<NonNullable<ManagedProvider["management"]>>): ManagedProvider => ({
    ...azotte,
    management: { ...azotte.management, ...management },
  });
  expect(await limitsOf(hiding({ permissions: false }))).toEqual(["permissions"]);
  expect(await limitsOf(hiding({ permissions: false, restrictions: false }))).toEqual(["both"]);
});

test.each(Object.values(dialects).map(({ id, restrictions }) => ({ id, count: restrictions.length })))(
  "restrictions that a list does not show are hidden only where $id can set one ($count)",
  async ({ id, count }) => {
    const provider = { ...azotte, dialect: id, management: { restrictions: false } };
    expect(await limitsOf(provider)).toEqual(count === 0 ? [] : ["restrictions"]);
  },
);

test("where there is no list nothing tells what earlier rotations left, and a lost answer is lost for good", async () => {
  expect(await limitsOf(aforo, { hasList: false })).toEqual(["alone", "answer"]);
});

test.each([
  { what: "generations", key: { generation: 1, lastFour: "" } },
  { what: "the last four characters", key: { generation: 0, lastFour: "0000" } },
])("of a secret that is replaced in place $what tell whether it was", async ({ key }) => {
  expect(await limitsOf(aero2, { key })).toEqual([]);
});

test("Keywarden's own API leaves nothing in the dark", async () => {
  expect(await limitsOf(example, { key: darkly, via: "operator" })).toEqual([]);
});
