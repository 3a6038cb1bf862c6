/** A file of countries that says nothing usable: where and why. */
export class CountryFileError extends Error {
  override readonly name = "CountryFileError";
}
