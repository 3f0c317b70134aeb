import { listMethods } from '../../domain/method.ts';
import { printPortRange } from '../../domain/port.ts';
import type { CredentialUse } from '../credential.ts';
import type { EgressEntry, HttpRule } from '../egress.ts';
import type { Extent } from '../extent.ts';
import type { Approval, Grant, WrittenPlace } from '../origin.ts';
import { type EgressTable, TABLE_VERSION } from './table.ts';
import { operationsForm } from './write-operations.ts';

/**
 * The table as plain JSON. Patterns stand in their canonical spelling, and what reaches everything is the word `all`, which
 * no pattern is. Times are milliseconds since 1970 UTC.
 */
export function tableForm({ name, policy, commit, egress, credentials }: EgressTable): unknown {
  return {
    version: TABLE_VERSION,
    name,
    policy,
    ...(commit === null ? {} : { commit }),
    entries: egress.entries.map(entryForm),
    // A gateway that knows no credentials refuses a table with some, and reads all others as before.
    ...(credentials.length === 0 ? {} : { credentials: credentials.map(credentialForm) }),
  };
}

function credentialForm({ name, bindings, grant }: CredentialUse<WrittenPlace>): unknown {
  return {
    name,
    bindings: bindings.map(({ host, port, header, plainHttp }) => ({
      host,
      port,
      header,
      plain_http: plainHttp,
    })),
    grant: grantForm(grant),
  };
}

function entryForm(entry: EgressEntry<WrittenPlace>): unknown {
  return {
    host: entry.host.text,
    ports: entry.ports.map(printPortRange),
    binaries: extentForm(entry.binaries, (binaries) =>
      binaries.map(({ path, sha256 }) => ({ path: path.text, ...(sha256 === null ? {} : { sha256 }) })),
    ),
    addresses: extentForm(entry.addresses, (blocks) => blocks.map(({ text }) => text)),
    visibility: entry.visibility,
    allow: extentForm(entry.allow, (rules) => rules.map(ruleForm)),
    deny: entry.deny.map(ruleForm),
    enforcement: entry.enforcement,
    grant: grantForm(entry.grant),
  };
}

function extentForm<T>(extent: Extent<T>, form: (of: T) => unknown): unknown {
  return extent.kind === 'only' ? form(extent.of) : extent.kind;
}

function ruleForm({ methods, path, query, operations }: HttpRule): unknown {
  return {
    methods: listMethods(methods),
    path: extentForm(path, ({ text }) => text),
    query: query.map(({ key, value }) => ({ key, value: value.text })),
    operations: operationsForm(operations),
  };
}

function grantForm({ id, origin, approval }: Grant<WrittenPlace>): unknown {
  const { file, line, column, trail } = origin;
  return {
    id,
    origin: { file, line, column, trail },
    ...(approval === null ? {} : { approval: approvalForm(approval) }),
  };
}

/** What nobody said is left out. */
function approvalForm(approval: Approval): unknown {
  const { owner, reason, ticket, approvedBy, expiresAt, maxUses, request } = approval;
  const said = {
    owner,
    reason,
    ticket,
    approved_by: approvedBy,
    expires: expiresAt,
    max_uses: maxUses,
    request,
  };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== null));
}
