import type { BoundCredential, CredentialSource } from '../credential.ts';

/** Which secret may go where and until when, and under which name its placeholder is found inside. No values. */
export function canonicalCredentials(credentials: readonly BoundCredential[]): unknown {
  return credentials.map(({ name, source, variable, bindings, grant }) => ({
    name,
    source: sourceText(source),
    variable,
    bindings: bindings.map(({ host, port, header, plainHttp }) => [host, port, header, plainHttp]),
    expires: grant.approval?.expiresAt ?? null,
  }));
}

/** Where a value is read, as one text: `variable:NAME` or `file:/path`. */
export function sourceText(source: CredentialSource): string {
  return source.kind === 'variable' ? `variable:${source.name}` : `file:${source.path}`;
}
