import type { EgressAccess } from '../access.ts';
import { operationsForm } from './access-form.ts';

/** What JSON writes as it is, between quotes. */
const PLAIN = /^[ !#-[\]-~]*$/;

/** A text as `JSON.stringify` writes it. */
export function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}

/** What `JSON.stringify` makes of `accessForm`, put together from texts because a gateway needs it for every request. */
export function accessText({ host, port, binary, sha256, address, http, at }: EgressAccess): string {
  const to = address === null ? '' : `"address":${quoted(address)},`;
  const request = http === null ? '' : `,"http":${httpText(http)}`;
  const pin = sha256 === null ? '' : `,"sha256":${quoted(sha256)}`;
  return `{"egress":{${to}"at":${at},"binary":${quoted(binary)},"host":${quoted(host)}${request},"port":${port}${pin}}}`;
}

function httpText({ method, path, query, operations }: NonNullable<EgressAccess['http']>): string {
  let parameters = '';
  for (const [name, value] of query) {
    parameters += `${parameters === '' ? '' : ','}{"name":${quoted(name)},"value":${quoted(value)}}`;
  }
  const form = operationsForm(operations);
  const asked = form === undefined ? '' : `"operations":${JSON.stringify(form)},`;
  return `{"method":${quoted(method)},${asked}"path":${quoted(path)},"query":[${parameters}]}`;
}
