import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serverCertificate } from '../../support/egress/certificates.ts';

const PROJECT = join(import.meta.dirname, '../../..');
const GENERATOR = '/usr/lib/squid/security_file_certgen';
const FIRST_PORT = 21_300;
const MOST_NAMES = 25_000;
const READY_MILLISECONDS = 30_000;
const ANSWER = 'x'.repeat(100);
const BULK_BYTES = 256 * 1024 * 1024;

/** A proxy that takes part. */
export interface Contender {
  readonly name: string;
  readonly process: ChildProcess;
  readonly plainPort: number;
  readonly interceptingPort: number;
}

/** All that a run needs: servers, proxies and the program that asks. */
export interface Field {
  /** Of everything here; gone when it is closed. `servers.pem` in it is whom servers are verified by. */
  readonly folder: string;
  readonly contenders: readonly Contender[];
  /** Squid as it opens TLS fastest: a key on P-256 in place of RSA, and no certificates on disk. */
  readonly fastSquid: Contender;
  readonly load: string;
  readonly plainServer: number;
  readonly secureServer: number;
  close(): void;
}

/** Starts everything. Needs squid-openssl, nginx, cc and the headers of OpenSSL; throws with what is missing. */
export async function openField(): Promise<Field> {
  for (const [file, of] of [
    ['/usr/sbin/squid', 'squid-openssl'],
    [GENERATOR, 'squid-openssl'],
    ['/usr/sbin/nginx', 'nginx-light'],
    ['/usr/include/openssl/ssl.h', 'libssl-dev'],
  ]) {
    if (!existsSync(file!)) throw new Error(`needs ${file}: apt-get install ${of}`);
  }
  const folder = mkdtempSync(join(tmpdir(), 'nemoclaw-egress-'));
  // Squid gives up root before it opens its files.
  chmodSync(folder, 0o777);
  const load = buildLoad(folder);
  const port = (index: number): number => FIRST_PORT + index;
  const servers = startServers(folder, port(0), port(1));
  const names = Array.from({ length: MOST_NAMES }, (_, at) => `127.0.0.1 h${at}.bench.test`).join('\n');
  writeFileSync(join(folder, 'hosts'), `${names}\n`);
  const contenders = [
    startSquid('squid', port(2), port(3), folder, { key: 'rsa:2048', keepsOnDisk: true }),
    startNode('sandbox-runtime', port(4), port(5), folder),
  ];
  const fastSquid = startSquid('squid, fastest', port(6), port(7), folder, { key: 'ec', keepsOnDisk: false });
  const all = [servers, ...[...contenders, fastSquid].map((one) => one.process)];
  const close = (): void => {
    // Those of several processes end the others only when they are asked to end.
    for (const one of all) one.kill('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map((index) => listens(port(index))));
  } catch (error) {
    close();
    throw error;
  }
  return { folder, contenders, fastSquid, load, plainServer: port(0), secureServer: port(1), close };
}

function buildLoad(folder: string): string {
  const path = join(folder, 'load');
  const source = join(import.meta.dirname, 'load.c');
  const { status, stderr } = spawnSync('cc', ['-O2', '-o', path, source, '-lssl', '-lcrypto'], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`cc could not build load.c: ${stderr}`);
  return path;
}

function startServers(folder: string, plain: number, secure: number): ChildProcess {
  const { authority, key, cert } = serverCertificate('*.bench.test');
  writeFileSync(join(folder, 'servers.pem'), authority);
  writeFileSync(join(folder, 'server.key'), key);
  writeFileSync(join(folder, 'server.pem'), cert);
  writeFileSync(join(folder, 'bulk'), '', { mode: 0o644 });
  truncateSync(join(folder, 'bulk'), BULK_BYTES);
  const server = (listen: string): string =>
    `server { listen 127.0.0.1:${listen} backlog=4096; location / { return 200 "${ANSWER}"; } location /bulk { root ${folder}; sendfile on; } }`;
  const file = join(folder, 'nginx.conf');
  writeFileSync(
    file,
    `worker_processes 1; daemon off; pid ${folder}/nginx.pid; error_log ${folder}/nginx.log crit;
events { worker_connections 8192; }
http { access_log off; keepalive_requests 100000000; keepalive_timeout 600s; default_type text/plain;
ssl_certificate ${folder}/server.pem; ssl_certificate_key ${folder}/server.key;
${server(String(plain))}
${server(`${secure} ssl`)} }
`,
  );
  return spawn('/usr/sbin/nginx', ['-c', file], { stdio: 'ignore' });
}

interface SquidLeaves {
  /** Of its authority, and so of its leaves, as openssl-req(1) has it. */
  readonly key: 'rsa:2048' | 'ec';
  readonly keepsOnDisk: boolean;
}

/**
 * With its log on and its cache off. Its own guide has an authority of RSA with 2048 bits and certificates kept on disk
 * (wiki.squid-cache.org/ConfigExamples/Intercept/SslBumpExplicit); those in memory it keeps either way, as we do.
 */
function startSquid(
  name: string,
  plainPort: number,
  interceptingPort: number,
  parent: string,
  leaves: SquidLeaves,
): Contender {
  const folder = join(parent, String(plainPort));
  mkdirSync(folder, { mode: 0o777 });
  // Squid gives up root before it opens its files.
  chmodSync(folder, 0o777);
  writeFileSync(join(folder, 'authority.pem'), squidAuthority(folder, leaves.key));
  const database = join(folder, 'leaves');
  const store = leaves.keepsOnDisk ? ` -s ${database} -M 16MB` : '';
  if (leaves.keepsOnDisk) spawnSync(GENERATOR, ['-c', '-s', database, '-M', '16MB']);
  if (process.getuid?.() === 0) spawnSync('chown', ['-R', 'proxy', folder]);
  const file = join(folder, 'squid.conf');
  writeFileSync(
    file,
    `http_port 127.0.0.1:${plainPort}
http_port 127.0.0.1:${interceptingPort} ssl-bump generate-host-certificates=on dynamic_cert_mem_cache_size=16MB cert=${folder}/authority.pem
sslcrtd_program ${GENERATOR}${store}
ssl_bump bump all
tls_outgoing_options cafile=${parent}/servers.pem
hosts_file ${parent}/hosts
http_access allow all
cache deny all
access_log stdio:${folder}/access.log
cache_log ${folder}/squid.log
pid_filename ${folder}/squid.pid
coredump_dir ${folder}
shutdown_lifetime 0 seconds
`,
  );
  const argv = ['-n', `bench${plainPort}`, '-N', '-f', file];
  return {
    name,
    plainPort,
    interceptingPort,
    process: spawn('/usr/sbin/squid', argv, { stdio: 'ignore' }),
  };
}

function squidAuthority(folder: string, newKey: SquidLeaves['key']): string {
  const [key, cert] = [join(folder, 'squid.key'), join(folder, 'squid.crt')];
  const curve = newKey === 'ec' ? ['-pkeyopt', 'ec_paramgen_curve:P-256'] : [];
  const options = ['-x509', '-newkey', newKey, ...curve, '-nodes', '-days', '30', '-subj', '/CN=bench'];
  const { status } = spawnSync('openssl', ['req', ...options, '-keyout', key, '-out', cert]);
  if (status !== 0) throw new Error('openssl could not make an authority for squid');
  return readFileSync(key, 'utf8') + readFileSync(cert, 'utf8');
}

function startNode(name: string, plainPort: number, interceptingPort: number, folder: string): Contender {
  const argv = [
    ...['--import', join(PROJECT, 'scripts/typescript.js'), join(import.meta.dirname, `${name}.ts`)],
    ...[String(plainPort), String(interceptingPort), join(folder, 'servers.pem')],
  ];
  const stdio: ['ignore', 'ignore', 'inherit'] = ['ignore', 'ignore', 'inherit'];
  return {
    name,
    plainPort,
    interceptingPort,
    process: spawn(process.execPath, argv, { cwd: PROJECT, stdio }),
  };
}

async function listens(port: number): Promise<void> {
  for (const end = Date.now() + READY_MILLISECONDS; Date.now() < end; ) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true));
      socket.on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
    if (isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`nothing listens on port ${port}`);
}
