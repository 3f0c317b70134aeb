import { credentialAnyProgram } from '../../../diagnostics/catalog/credentials.ts';
import type { CredentialEndpoint } from '../../../frontend/blueprint/blueprint.ts';
import { grants } from '../../../ir/lower/credentials.ts';
import type { Policy } from '../../../ir/policy.ts';
import { type Finding, finding } from '../finding.ts';
import { isOwn, type Subject } from '../subject.ts';

const HTTPS = 443;

/** Credentials that every program of the agent may have sent, as far as the endpoints of their hosts say. */
export function widelyUsedCredentials(subject: Subject): Finding[] {
  return subject.resolved.credentials.flatMap(({ item }) =>
    item.endpoints
      .filter(({ host }) => isOwn(subject, host.span))
      .filter((endpoint) => isForAnyProgram(endpoint, subject.policy))
      .map(({ host }) =>
        finding(credentialAnyProgram, host.span, { name: item.name.value, host: host.value }),
      ),
  );
}

function isForAnyProgram({ host, port }: CredentialEndpoint, { egress }: Policy): boolean {
  const number = Number(port?.value ?? HTTPS);
  return egress.entries.some(
    (entry) =>
      entry.binaries.kind === 'all' && entry.visibility !== 'opaque' && grants(entry, host.value, number),
  );
}
