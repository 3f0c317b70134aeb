import type { CredentialReach } from '../../../analysis/reach/credentials.ts';
import type { Phrase } from '../../phrase.ts';
import { type Permission, permission } from '../permission.ts';
import { listed, say, words } from '../phrase.ts';

/** Which secrets the agent uses without seeing them, and where to. Continues "the agent can ...". */
export function credentialUses(credentials: readonly CredentialReach[]): Phrase[] {
  return credentials
    .filter(({ ended }) => !ended)
    .map(({ name, to }) => say`use the credential ${name} at ${listed(hostsOf(to))} without seeing it`);
}

/** Continues "the agent cannot ...". */
export function credentialLimits(credentials: readonly CredentialReach[]): Phrase[] {
  if (credentials.length === 0) return [];
  return [
    say`see the values of its credentials (${listed(credentials.map(({ name }) => name))}), or send them anywhere else: inside there are placeholders`,
  ];
}

/** One row a credential. */
export function credentialRows(credentials: readonly CredentialReach[], now: number): Permission[] {
  return credentials.map((credential) => {
    const { name, to, grant } = credential;
    return permission(grant, say`credential ${name}`, now, [
      ...(credential.ended ? [words('it has ended and is sent nowhere')] : []),
      ...to.map(({ host, port, header, plainHttp }) =>
        plainHttp
          ? say`sent to ${host} port ${String(port)} in ${header}, also unencrypted`
          : say`sent to ${host} port ${String(port)} in ${header}`,
      ),
      sourceLine(credential),
      say`a placeholder inside, in ${credential.variable}`,
    ]);
  });
}

function sourceLine({ source, optional }: CredentialReach): Phrase {
  const missing = optional ? ', where it is there' : '';
  return source.kind === 'variable'
    ? say`read outside from the variable ${source.name}${words(missing)}`
    : say`read outside from the file ${source.path}${words(missing)}`;
}

function hostsOf(to: CredentialReach['to']): string[] {
  return [...new Set(to.map(({ host }) => host))];
}
