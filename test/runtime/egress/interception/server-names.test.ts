import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { createServer } from 'node:tls';
import { expect, test } from 'vitest';
import { newAuthority } from '../../../../runtime/egress/interception/authority.ts';
import {
  authorityKeyIdentifier,
  basicConstraints,
  certificate,
  newSigningKey,
  pemOf,
  serverAuthentication,
  subjectAlternativeNames,
} from '../../../../runtime/egress/interception/certificate.ts';
import { SecureUpstreams } from '../../../../runtime/egress/interception/secure-upstream.ts';
import { serverTrust } from '../../../../runtime/egress/interception/server-trust.ts';

const DAY = 86_400_000;
const now = Date.now();
const authority = newAuthority(new Date(now));
const key = newSigningKey();
const upstreams = new SecureUpstreams(serverTrust([authority.pem]));

/** A certificate that anybody may get an authority to sign, if it looks at each name alone. */
function certificateFor(names: readonly string[], addresses: readonly string[], subject: string): string {
  const bytes = addresses.map((address) => Uint8Array.from(address.split('.').map(Number)));
  const alternatives = names.length + addresses.length > 0 ? [subjectAlternativeNames(names, bytes)] : [];
  const issuer = `nemoclaw sandbox authority ${authority.key.identifier.toString('hex').slice(0, 12)}`;
  const content = {
    subject,
    issuer,
    key,
    from: new Date(now - DAY),
    until: new Date(now + DAY),
    extensions: [
      basicConstraints(false),
      serverAuthentication(),
      ...alternatives,
      authorityKeyIdentifier(authority.key),
    ],
  };
  return pemOf(certificate(content, authority.key));
}

/** `verified`, or the code of the error for which the server is not talked to. */
async function verify(host: string, cert: string): Promise<string> {
  const pem = key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const server = createServer({ key: pem, cert }, (socket) => socket.on('error', () => {}));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const raw = connect((server.address() as AddressInfo).port, '127.0.0.1');
  try {
    await once(raw, 'connect');
    const { stream } = await upstreams.open(raw, host, 443, []);
    stream.destroy();
    return 'verified';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  } finally {
    raw.destroy();
    server.close();
  }
}

const ANOTHER = 'ERR_TLS_CERT_ALTNAME_INVALID';

test.each<[host: string, names: string[], addresses: string[], outcome: string]>([
  ['h1.example.test', ['other.test', 'h1.example.test'], [], 'verified'],
  ['h1.example.test', ['H1.Example.TEST'], [], 'verified'],
  ['h1.example.test', ['*.example.test'], [], 'verified'],
  ['a.h1.example.test', ['*.example.test'], [], ANOTHER],
  ['example.test', ['*.example.test'], [], ANOTHER],
  ['example.test', ['*.test'], [], ANOTHER],
  ['h1.example.test', ['h*.example.test'], [], ANOTHER],
  ['h1.example.test', ['*'], [], ANOTHER],
  ['h1.example.test', ['other.test, DNS:h1.example.test'], [], ANOTHER],
  ['h1.example.test', ['other.test, DNS:h1.example.test, DNS:x'], [], ANOTHER],
  ['h1.example.test', ['other.test", DNS:h1.example.test, DNS:"x'], [], ANOTHER],
  ['h1.example.test', ['h1.example.test\0.other.test'], [], ANOTHER],
  ['h1.example.test', [], ['127.0.0.1'], ANOTHER],
  ['h1.example.test', [], [], ANOTHER],
  ['127.0.0.1', [], ['127.0.0.1'], 'verified'],
  ['127.0.0.1', ['127.0.0.1'], [], ANOTHER],
  ['127.0.0.1', ['*.0.0.1'], ['127.0.0.2'], ANOTHER],
])('%s of a certificate for %j %j: %s', async (host, names, addresses, outcome) => {
  // The subject decides nothing.
  expect(await verify(host, certificateFor(names, addresses, host))).toBe(outcome);
});
