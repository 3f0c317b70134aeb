/** A request with its body, as far as what it asks for can be read from it. */
export interface InnerRequest {
  readonly method: string;
  /** Unescaped, in the order of the URL. */
  readonly query: readonly (readonly [name: string, value: string])[];
  /** All values of a header, by its name in lower case. */
  readonly header: (name: string) => readonly string[];
  /** As it was sent, without the framing of HTTP. */
  readonly body: Uint8Array;
}
