import { issueLeaf, newAuthority } from '../../../runtime/egress/interception/authority.ts';
import { newSigningKey } from '../../../runtime/egress/interception/certificate.ts';

/** An authority of a test's own servers, and what one of them needs. */
export interface ServerCertificate {
  readonly authority: string;
  readonly key: string;
  readonly cert: string;
}

export function serverCertificate(host: string): ServerCertificate {
  const now = new Date();
  const authority = newAuthority(now);
  const key = newSigningKey();
  const leaf = issueLeaf(authority, host, key, now);
  return {
    authority: authority.pem,
    key: key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: leaf.pem + authority.pem,
  };
}
