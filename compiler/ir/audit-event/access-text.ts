import type { EgressAccess } from '../access.ts';
import { operationsForm } from './access-form.ts';

/** What JSON writes as it is, between quotes. */
const PLAIN = /^[ !#-[\]-~]*$/;

/** A text as `JSON.stringify` writes it. */
export function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}

/** The same where the last text often comes again: a look at every character of it is saved. */
export class QuotedText {
  #text = '';
  #quoted = '""';

  of(text: string): string {
    if (text !== this.#text) {
      this.#quoted = quoted(text);
      this.#text = text;
    }
    return this.#quoted;
  }
}

const binaries = new QuotedText();
const hosts = new QuotedText();
const methods = new QuotedText();
const addresses = new QuotedText();

/** What `JSON.stringify` makes of `accessForm`, put together from texts because a gateway needs it for every request. */
export function accessText({ host, port, binary, sha256, address, http, at }: EgressAccess): string {
  const to = address === null ? '' : `"address":${addresses.of(address)},`;
  const request = http === null ? '' : `,"http":${httpText(http)}`;
  const pin = sha256 === null ? '' : `,"sha256":${quoted(sha256)}`;
  return `{"egress":{${to}"at":${wholeText(at)},"binary":${binaries.of(binary)},"host":${hosts.of(host)}${request},"port":${port}${pin}}}`;
}

function httpText({ method, path, query, operations }: NonNullable<EgressAccess['http']>): string {
  let parameters = '';
  for (const [name, value] of query) {
    parameters += `${parameters === '' ? '' : ','}{"name":${quoted(name)},"value":${quoted(value)}}`;
  }
  const form = operationsForm(operations);
  const asked = form === undefined ? '' : `"operations":${JSON.stringify(form)},`;
  return `{"method":${methods.of(method)},${asked}"path":${quoted(path)},"query":[${parameters}]}`;
}

const MILLION = 1_000_000;
let lastMillions = { count: 1, text: '1' };

/** A number as JSON writes it. One as large as a time goes in two parts, since only small integers are quick to write. */
function wholeText(number: number): string {
  if (!Number.isSafeInteger(number) || number < MILLION) return String(number);
  const count = Math.floor(number / MILLION);
  if (count !== lastMillions.count) lastMillions = { count, text: String(count) };
  return `${lastMillions.text}${String(number - count * MILLION + MILLION).slice(1)}`;
}
