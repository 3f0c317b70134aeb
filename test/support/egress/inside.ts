import { connect, type Socket } from 'node:net';
import type { HeldCredential } from '../../../runtime/egress/credentials/held.ts';
import { httpShared, serveHttp } from '../../../runtime/egress/http/serve-http.ts';
import { GatewayWorld } from '../gateway.ts';
import { type RawOrigin, rawOrigin } from './wire.ts';

export const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

/** A gateway that reads HTTP as a real one does, before one server of `a.example.com`. */
export class InsideWorld implements AsyncDisposable {
  readonly world: GatewayWorld;
  readonly origin: RawOrigin;

  private constructor(world: GatewayWorld, origin: RawOrigin) {
    this.world = world;
    this.origin = origin;
  }

  /**
   * @param endpoint what the only endpoint says beside its host and port
   * @param more.sections what else the blueprint says, by the port of the server
   */
  static async with(
    endpoint: string,
    answer: RawOrigin['answer'] = OK,
    more: {
      readonly sections?: (port: number) => string;
      readonly credentials?: readonly HeldCredential[];
    } = {},
  ): Promise<InsideWorld> {
    const origin = await rawOrigin(answer);
    const shared = httpShared();
    const world = await GatewayWorld.with({
      policy: `${policyWith(endpoint)}${more.sections?.(origin.port) ?? ''}`,
      credentials: more.credentials ?? [],
      names: { 'a.example.com': ['127.0.0.1'] },
      serving: {
        http: (client, way) => {
          serveHttp(client, way, shared);
          client.resume();
        },
        tls: (client) => client.destroy(),
      },
    });
    return new InsideWorld(world, origin);
  }

  /** A request for `/a` by way of the gateway. */
  request(method: string, lines: string, path = '/a'): string {
    const host = `a.example.com:${this.origin.port}`;
    return `${method} http://${host}${path} HTTP/1.1\r\nHost: ${host}\r\n${lines}\r\n`;
  }

  post(body: string, type = 'application/json', more = ''): string {
    const length = Buffer.byteLength(body);
    return `${this.request('POST', `Content-Type: ${type}\r\nContent-Length: ${length}\r\n${more}`)}${body}`;
  }

  /** What the server was sent, the first connection to it. */
  get received(): string {
    return this.origin.received[0] ?? '';
  }

  /** What was decided, with what was asked for inside. */
  get decided(): unknown[] {
    return this.world.decisions().map(({ why, access }) => {
      const { kind, ...of } = (access.facet === 'egress' ? access.http?.operations : null) ?? { kind: null };
      return 'of' in of ? [why, ...(of.of as readonly unknown[])] : [why, kind];
    });
  }

  connect(): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port: this.world.port, host: '127.0.0.1', noDelay: true });
      socket.once('error', reject);
      socket.once('connect', () => resolve(socket));
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.origin.close();
    await this.world[Symbol.asyncDispose]();
  }
}

export function policyWith(endpoint: string): string {
  return `\n  one: { endpoints: [{ host: a.example.com, port: 1-65535, allowed_ips: [127.0.0.0/8], ${endpoint} }] }\n`;
}
