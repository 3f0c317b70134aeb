// The gateway's HTTP side alone, for the bench: decides by a compiled policy, writes no log.
//   gateway.ts PLAIN_PORT INTERCEPTING_PORT AUTHORITY_OF_SERVERS
import { readFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { egressConnection, egressRequest } from '../../../compiler/ir/egress-connection.ts';
import { type EgressDecider, egressDecider } from '../../../compiler/ir/egress-decider.ts';
import { UpstreamSessions } from '../../../runtime/egress/http/http2/upstream-sessions.ts';
import type { RequestGate } from '../../../runtime/egress/http/request-gate.ts';
import { httpShared, serveHttp } from '../../../runtime/egress/http/serve-http.ts';
import { newAuthority } from '../../../runtime/egress/interception/authority.ts';
import { interceptTls } from '../../../runtime/egress/interception/intercept.ts';
import { Leaves } from '../../../runtime/egress/interception/leaves.ts';
import { SecureUpstreams } from '../../../runtime/egress/interception/secure-upstream.ts';
import { serverTrust } from '../../../runtime/egress/interception/server-trust.ts';
import { DENIED } from '../../support/egress/gates.ts';
import { blueprint, policyOf } from '../../support/policy.ts';

const policy = policyOf(
  blueprint(`
filesystem_policy: { include_workdir: true }
network_policies:
  bench:
    endpoints:
      - host: "*.bench.test"
        ports: ["1-65535"]
        allowed_ips: [127.0.0.0/8]
        rules: [{ allow: { method: GET, path: "/**" } }]
      - host: 127.0.0.1
        ports: ["1-65535"]
        allowed_ips: [127.0.0.0/8]
        rules: [{ allow: { method: GET, path: "/**" } }]
    binaries: [{ path: /usr/bin/load }]
`),
);

const [plainPort, interceptingPort, authorities] = process.argv.slice(2);
const upstreams = new SecureUpstreams(serverTrust([readFileSync(authorities!, 'utf8')]));
const shared = httpShared();
const interception = {
  ...shared,
  leaves: new Leaves(newAuthority(new Date())),
  http2: { pool: shared.pool, sessions: new UpstreamSessions(shared.pool) },
};
const decider = ready();

createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
  const gateFor = async (host: string, port: number, secure: boolean) => gateOf(host, port, secure);
  serveHttp(socket, { kind: 'proxy', gateFor, refused: async () => {} }, shared);
}).listen(Number(plainPort), '127.0.0.1');

createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
  socket.on('error', () => socket.destroy());
  socket.once('data', (bytes) => {
    const [, host, port] = /^CONNECT (\S+):([0-9]+) /.exec(bytes.toString('latin1'))!;
    socket.pause();
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    interceptTls(socket, gateOf(host!, Number(port), true), interception);
  });
}).listen(Number(interceptingPort), '127.0.0.1');

function ready(): EgressDecider {
  const made = egressDecider(policy.egress);
  if (!made.ok) throw new Error(made.dimension);
  return made.decider;
}

function gateOf(host: string, port: number, secure: boolean): RequestGate {
  const shown = { host, port, binary: '/usr/bin/load', sha256: null, address: '127.0.0.1' };
  const handle = decider.connect(egressConnection(shown)!);
  return {
    host,
    port,
    secure,
    route: `127.0.0.1 ${host} ${port} ${secure}`,
    protocolsFor: () => [],
    async decide({ method, path, query }, inside) {
      const { operations } = inside([]);
      const request = egressRequest({ method, path, query, operations }, Date.now());
      return request !== null && decider.request(handle, request)
        ? { allowed: true, credentials: [], ended: () => {}, message: null }
        : { allowed: false, refusal: DENIED };
    },
    refused: async () => {},
    async dial(protocols) {
      const raw = await dialled(port);
      return secure ? upstreams.open(raw, host, port, protocols) : { stream: raw, protocol: null };
    },
  };
}

function dialled(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}
