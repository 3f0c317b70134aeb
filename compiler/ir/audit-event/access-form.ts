import type { Access, EgressAccess, IdentityAccess } from '../access.ts';
import type { Operation, Operations } from '../operation.ts';

/**
 * An access as it stands in a line of the log: one key, its facet. What is null in an access is left out. Keys are in the
 * order of code units at every depth, so that `JSON.stringify` gives the one spelling.
 */
export function accessForm(access: Access): Readonly<Record<string, unknown>> {
  return { [access.facet]: formOf(access) };
}

function formOf(access: Access): unknown {
  switch (access.facet) {
    case 'filesystem':
      return { path: access.path, right: access.right };
    case 'syscalls':
      return { args: access.args.map(registerText), name: access.name };
    case 'process':
      return identityForm(access);
    case 'egress':
      return egressForm(access);
    case 'inference':
      return { model: access.model, route: access.route };
    case 'resources':
      return { amount: access.amount, resource: access.resource };
  }
}

/** A register holds more than the numbers of JSON do. */
function registerText(value: bigint): string {
  return `0x${BigInt.asUintN(64, value).toString(16)}`;
}

function identityForm(access: IdentityAccess): unknown {
  if ('environment' in access) return { environment: access.environment };
  return 'uid' in access ? { uid: access.uid } : { reaches: access.reaches };
}

function egressForm({ host, port, binary, sha256, address, http, at }: EgressAccess): unknown {
  return {
    address: address ?? undefined,
    at,
    binary,
    host,
    http: http === null ? undefined : httpForm(http),
    port,
    sha256: sha256 ?? undefined,
  };
}

function httpForm({ method, path, query, operations }: NonNullable<EgressAccess['http']>): unknown {
  return {
    method,
    operations: operationsForm(operations),
    path,
    query: query.map(([name, value]) => ({ name, value })),
  };
}

/** Left out where nobody has read what the request asks for. */
export function operationsForm(operations: Operations): unknown {
  if (operations.kind === 'all') return undefined;
  return operations.kind === 'none' ? [] : operations.of.map(operationForm);
}

function operationForm(operation: Operation): unknown {
  switch (operation.kind) {
    case 'upgrade':
      return { upgrade: {} };
    case 'answer':
      return { answer: {} };
    case 'message':
      return { message: operation.text === null ? {} : { text: operation.text } };
    case 'call':
      return { call: { method: operation.method, tool: operation.tool ?? undefined } };
    case 'graphql':
      return {
        graphql: { fields: operation.fields, name: operation.name ?? undefined, type: operation.type },
      };
  }
}
