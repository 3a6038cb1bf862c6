import { Enums, Models, Serialize, Spec } from "@cyclonedx/cyclonedx-library";
import type { BundledPackage } from "./bundled-packages.ts";

export interface Program {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

/**
 * Writes the CycloneDX 1.6 document of what is inside a program, with the SHA-512 of each package's tarball as
 * package-lock.json has it (`integrityOf` takes a package's folder). The same input gives the same text.
 */
export function writeBillOfMaterials(
  program: Program,
  packages: readonly BundledPackage[],
  integrityOf: (folder: string) => string | undefined,
): string {
  const main = describe(Enums.ComponentType.Application, program, program.license);
  const bom = new Models.Bom();
  bom.metadata.component = main;
  bom.metadata.lifecycles.add(Enums.LifecyclePhase.Build);
  for (const each of packages) {
    const component = describe(Enums.ComponentType.Library, each, each.licence);
    const sha512 = /^sha512-(.+)$/.exec(integrityOf(each.folder) ?? "")?.[1];
    if (sha512 !== undefined) {
      component.hashes.set(Enums.HashAlgorithm["SHA-512"], Buffer.from(sha512, "base64").toString("hex"));
    }
    bom.components.add(component);
    main.dependencies.add(component.bomRef);
  }
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
  return `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`;
}

function describe(
  type: Enums.ComponentType,
  { name, version }: { readonly name: string; readonly version: string },
  licence: string,
): Models.Component {
  const [, scope, short = name] = /^(?:(@[^/]+)\/)?(.*)$/.exec(name) ?? [];
  const purl = `pkg:npm/${scope === undefined ? "" : `%40${scope.slice(1)}/`}${short}@${version}`;
  return new Models.Component(type, short, {
    ...(scope !== undefined && { group: scope }),
    version,
    purl,
    bomRef: purl,
    licenses: new Models.LicenseRepository([new Models.SpdxLicense(licence)]),
  });
}
