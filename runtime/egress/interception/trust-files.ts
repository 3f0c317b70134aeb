import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Authority } from './authority.ts';
import { TRUST_STORE_PASSWORD, trustStore } from './pkcs12.ts';
import type { TrustedAuthorities } from './server-trust.ts';

/** The sandbox's authority alone, for programs that add it to those that they know. */
const AUTHORITY_FILE = 'authority.pem';
/** All authorities, for programs that take a file instead of those that they know. */
const BUNDLE_FILE = 'authorities.pem';
/** The same as a store of Java's. */
const STORE_FILE = 'authorities.p12';

/**
 * Writes what programs of a sandbox must trust into a folder, which is made. Each file is complete or absent.
 *
 * @param folder on the host; the sandbox sees it read-only
 * @param others the authorities that servers are verified against where nobody looks into a stream
 * @throws Error of the system
 */
export async function writeTrustFiles(
  folder: string,
  authority: Authority,
  others: TrustedAuthorities,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const all = [authority.pem, ...others];
  await writeWhole(folder, AUTHORITY_FILE, authority.pem);
  await writeWhole(folder, BUNDLE_FILE, all.map((pem) => `${pem.trimEnd()}\n`).join(''));
  await writeWhole(folder, STORE_FILE, trustStore(all));
}

/**
 * The variables by which programs find these files: Node and Deno add one certificate to their own; OpenSSL (with it
 * Python, Ruby and PHP), requests, curl, git, pip, npm, cargo, the AWS tools and gRPC take a bundle; Java takes a store.
 *
 * @param folder as the sandbox sees it
 */
export function trustEnvironment(folder: string): Readonly<Record<string, string>> {
  const bundle = join(folder, BUNDLE_FILE);
  const authority = join(folder, AUTHORITY_FILE);
  const store = join(folder, STORE_FILE);
  return {
    NODE_EXTRA_CA_CERTS: authority,
    DENO_CERT: authority,
    SSL_CERT_FILE: bundle,
    REQUESTS_CA_BUNDLE: bundle,
    CURL_CA_BUNDLE: bundle,
    GIT_SSL_CAINFO: bundle,
    PIP_CERT: bundle,
    // In place of a `cafile` of npm's own settings, which replaces what Node trusts.
    npm_config_cafile: bundle,
    CARGO_HTTP_CAINFO: bundle,
    AWS_CA_BUNDLE: bundle,
    GRPC_DEFAULT_SSL_ROOTS_FILE_PATH: bundle,
    JAVA_TOOL_OPTIONS: [
      `-Djavax.net.ssl.trustStore=${store}`,
      '-Djavax.net.ssl.trustStoreType=PKCS12',
      `-Djavax.net.ssl.trustStorePassword=${TRUST_STORE_PASSWORD}`,
    ].join(' '),
  };
}

async function writeWhole(folder: string, name: string, content: string | Buffer): Promise<void> {
  const unfinished = join(folder, `.${name}.${process.pid}`);
  await writeFile(unfinished, content, { mode: 0o644 });
  await rename(unfinished, join(folder, name));
}
