import { credentialSource } from '../../diagnostics/catalog/credentials.ts';
import type { YamlNode } from '../yaml/tree.ts';
import type { CredentialEndpoint, CredentialItem } from './blueprint.ts';
import { readGrant } from './grant.ts';
import type { Reading } from './reading.ts';

/** Reads `credentials:`, each under a name of its own. Where the value comes from is said in exactly one way. */
export function readCredentials(reading: Reading, node: YamlNode): readonly CredentialItem[] {
  return reading.named(node, (entry) =>
    reading.fields(entry.value, (fields) => {
      const name = reading.key(entry);
      const env = fields.optionalText('credential_env');
      const file = fields.optionalText('credential_file');
      if ((env === null) === (file === null)) {
        reading.refuse(credentialSource, name.span, { name: name.value, isTwice: env !== null });
      }
      return {
        name,
        env,
        file,
        placeholderEnv: fields.optionalText('placeholder_env'),
        optional: fields.optional('optional', (flag) => reading.flag(flag)),
        endpoints: fields.required('endpoints', (endpoints) =>
          reading.list(endpoints, (endpoint) => readEndpoint(reading, endpoint)),
        ),
        grant: readGrant(reading, fields),
      };
    }),
  );
}

function readEndpoint(reading: Reading, node: YamlNode): CredentialEndpoint {
  return reading.fields(node, (fields) => ({
    span: fields.span,
    host: fields.requiredText('host'),
    port: fields.optional('port', (port) => reading.textOrInteger(port)),
    header: fields.optionalText('header'),
    plainHttp: fields.optional('plain_http', (flag) => reading.flag(flag)),
  }));
}
