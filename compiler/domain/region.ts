/**
 * The one spelling of a code of a country or region: lower case, as `eu` and `de`. Codes are told apart without their case,
 * as in ISO 3166-1 and in the region tags of BCP 47.
 */
export function regionCode(text: string): string {
  return text.toLowerCase();
}
