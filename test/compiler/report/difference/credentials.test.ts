import { expect, test } from 'vitest';
import { credentialChanges } from '../../../../compiler/analysis/difference/credentials.ts';
import { phraseOfSet, plainPhrase } from '../../../../compiler/report/difference/phrase.ts';
import { blueprint, policyOf } from '../../../support/policy.ts';

const credentials = (endpoint: string) =>
  policyOf(
    blueprint(`filesystem_policy: { read_write: [/work/project] }
network_policies: { web: { endpoints: [{ host: a.example.com, ports: [443, 80], access: full }] } }
credentials: { token: { credential_env: A, endpoints: [{ host: a.example.com, ${endpoint} }] } }
`),
  ).credentials;

test('a binding is said as what goes where', () => {
  const said = (endpoint: string) =>
    credentialChanges([], credentials(endpoint)).map((change) => plainPhrase(phraseOfSet(change)));
  expect(said('port: 443')).toEqual(['credential token to a.example.com:443, header authorization']);
  expect(said('port: 80, header: x-key, plain_http: true')).toEqual([
    'credential token to a.example.com:80, header x-key, encryption none needed',
  ]);
});
