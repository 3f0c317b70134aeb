import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execaSync } from 'execa';
import { expect, test } from 'vitest';
import { newAuthority } from '../../../../runtime/egress/interception/authority.ts';
import { trustedAuthorities } from '../../../../runtime/egress/interception/server-trust.ts';
import { trustEnvironment, writeTrustFiles } from '../../../../runtime/egress/interception/trust-files.ts';
import { hostNeeds, program } from '../../../support/host.ts';

const openssl = program('openssl', 'openssl');

const folder = join(mkdtempSync(join(tmpdir(), 'nemoclaw-trust-')), 'made');
const authority = newAuthority(new Date());
const others = [newAuthority(new Date()).pem, newAuthority(new Date()).pem];
await writeTrustFiles(folder, authority, others);

test('there is the authority alone, and with the others, and nothing half written', () => {
  expect(readdirSync(folder).sort()).toEqual(['authorities.p12', 'authorities.pem', 'authority.pem']);
  expect(readFileSync(join(folder, 'authority.pem'), 'utf8')).toBe(authority.pem);
  expect(readFileSync(join(folder, 'authorities.pem'), 'utf8')).toBe(authority.pem + others.join(''));
});

test('no key is in any of the files', () => {
  for (const file of readdirSync(folder)) {
    expect(readFileSync(join(folder, file), 'latin1')).not.toContain('PRIVATE KEY');
  }
});

test('openssl reads the store of Java and verifies its digest', (context) => {
  hostNeeds(context, openssl);
  const { stdout, stderr } = execaSync('openssl', [
    ...['pkcs12', '-in', join(folder, 'authorities.p12'), '-passin', 'pass:changeit', '-nokeys', '-info'],
  ]);
  expect(stdout.match(/BEGIN CERTIFICATE/g)).toHaveLength(3);
  expect(stdout).toContain('friendlyName: authority-0');
  expect(stderr).toContain('MAC: sha256, Iteration 10000');
});

test('and refuses it with another password, so the digest counts', (context) => {
  hostNeeds(context, openssl);
  const { exitCode, stderr } = execaSync(
    'openssl',
    ['pkcs12', '-in', join(folder, 'authorities.p12'), '-passin', 'pass:other', '-nokeys'],
    { reject: false },
  );
  expect(exitCode).toBe(1);
  expect(stderr).toContain('Mac verify error');
});

test('the variables name files of the folder as the sandbox sees it', () => {
  const variables = trustEnvironment('/run/trust');
  expect(variables.NODE_EXTRA_CA_CERTS).toBe('/run/trust/authority.pem');
  expect(variables.SSL_CERT_FILE).toBe('/run/trust/authorities.pem');
  expect(variables.JAVA_TOOL_OPTIONS).toBe(
    '-Djavax.net.ssl.trustStore=/run/trust/authorities.p12 -Djavax.net.ssl.trustStoreType=PKCS12 -Djavax.net.ssl.trustStorePassword=changeit',
  );
});

test('servers are verified against the authorities of the system and of the company', () => {
  const alone = trustedAuthorities(null);
  const both = trustedAuthorities(join(folder, 'authority.pem'));
  expect(alone.length).toBeGreaterThan(20);
  expect(both.slice(0, -1)).toEqual(alone);
  expect(`${both.at(-1)}\n`).toBe(authority.pem);
});

test('a company file without a certificate is an error: its servers would seem forged', () => {
  expect(() => trustedAuthorities('/etc/hostname')).toThrow('/etc/hostname holds no certificate');
});
