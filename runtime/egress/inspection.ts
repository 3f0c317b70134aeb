import { UpstreamSessions } from './http/http2/upstream-sessions.ts';
import { httpShared, serveHttp } from './http/serve-http.ts';
import { authorityInMemory } from './interception/authority-memory.ts';
import { interceptTls } from './interception/intercept.ts';
import { Leaves } from './interception/leaves.ts';
import { SecureUpstreams } from './interception/secure-upstream.ts';
import { serverTrust, trustedAuthorities } from './interception/server-trust.ts';
import { writeTrustFiles } from './interception/trust-files.ts';
import type { RequestServing } from './serving.ts';
import type { Surroundings } from './surroundings.ts';

export interface InspectionPlace {
  /** Memory that outlives the process, for the authority's key. */
  readonly memory: number;
  /** Where the files by which programs trust the authority are to be written; null where they are there already. */
  readonly trustFolder: string | null;
  /** A PEM file of further authorities of servers; null for none. */
  readonly corporateAuthorities: string | null;
}

/** All that looking into connections takes: who reads requests, and who opens TLS to servers. */
export interface Inspection {
  readonly serving: RequestServing;
  readonly secure: Surroundings['secure'];
}

/**
 * Makes a gateway ready to look into connections.
 *
 * @throws Error when a file or the memory cannot be used
 */
export async function openInspection(place: InspectionPlace): Promise<Inspection> {
  const authority = authorityInMemory(place.memory, new Date());
  const authorities = trustedAuthorities(place.corporateAuthorities);
  if (place.trustFolder !== null) await writeTrustFiles(place.trustFolder, authority, authorities);
  const upstreams = new SecureUpstreams(serverTrust(authorities));
  const shared = httpShared();
  const sessions = new UpstreamSessions(shared.pool);
  const interception = {
    ...shared,
    leaves: new Leaves(authority),
    http2: { pool: shared.pool, sessions },
  };
  return {
    serving: {
      http: (client, way) => {
        serveHttp(client, way, shared);
        client.resume();
      },
      tls: (client, gate) => interceptTls(client, gate, interception),
    },
    secure: (raw, host, port, protocols) => upstreams.open(raw, host, port, protocols),
  };
}
