import { parseHostPattern } from '../../domain/host.ts';
import { HIGHEST_PORT, LOWEST_PORT } from '../../domain/port.ts';
import { flag, integer, list, matching, NotTheForm, object, text } from '../audit-event/fields.ts';
import type { CredentialBinding, CredentialUse } from '../credential.ts';
import type { WrittenPlace } from '../origin.ts';
import { readGrant } from './read-grant.ts';
import { oneSpelling } from './read-pattern.ts';

const readBinding = object(
  (fields): CredentialBinding => ({
    host: fields.required('host', readHost),
    port: fields.required('port', integer(LOWEST_PORT, HIGHEST_PORT)),
    header: fields.required('header', matching(/^[a-z0-9][a-z0-9_-]{0,63}$/, 'header field')),
    plainHttp: fields.required('plain_http', flag),
  }),
);

/** Where one credential may be sent. */
export const readCredential = object(
  (fields): CredentialUse<WrittenPlace> => ({
    name: fields.required('name', text),
    bindings: fields.required('bindings', list(readBinding)),
    grant: fields.required('grant', readGrant),
  }),
);

/** Exactly one host; a wildcard would be many. */
function readHost(value: unknown, name: string): string {
  const written = text(value, name);
  const parsed = parseHostPattern(written);
  if (parsed.ok && parsed.pattern.kind === 'wildcard') throw new NotTheForm(`${name} is more than one host`);
  return oneSpelling(parsed.ok ? parsed.pattern : null, written, name).text;
}
