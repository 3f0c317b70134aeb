import * as access from './catalog/access.ts';
import * as allowances from './catalog/allowances.ts';
import * as audit from './catalog/audit.ts';
import * as auditLog from './catalog/audit-log.ts';
import * as backends from './catalog/backends.ts';
import * as blueprint from './catalog/blueprint.ts';
import * as credentials from './catalog/credentials.ts';
import * as egress from './catalog/egress.ts';
import * as expiry from './catalog/expiry.ts';
import * as exported from './catalog/exported.ts';
import * as filesystem from './catalog/filesystem.ts';
import * as gate from './catalog/gate.ts';
import * as gateway from './catalog/gateway.ts';
import * as github from './catalog/github.ts';
import * as grant from './catalog/grant.ts';
import * as guardrails from './catalog/guardrails.ts';
import * as hosts from './catalog/hosts.ts';
import * as imported from './catalog/imported.ts';
import * as inference from './catalog/inference.ts';
import * as launch from './catalog/launch.ts';
import * as lint from './catalog/lint.ts';
import * as openshell from './catalog/openshell.ts';
import * as operations from './catalog/operations.ts';
import * as policyTest from './catalog/policy-test.ts';
import * as process from './catalog/process.ts';
import * as proposals from './catalog/proposals.ts';
import * as report from './catalog/report.ts';
import * as requests from './catalog/requests.ts';
import * as resolve from './catalog/resolve.ts';
import * as resources from './catalog/resources.ts';
import * as revisions from './catalog/revisions.ts';
import * as schema from './catalog/schema.ts';
import * as signature from './catalog/signature.ts';
import * as signedFiles from './catalog/signed-files.ts';
import * as source from './catalog/source.ts';
import * as sync from './catalog/sync.ts';
import * as syscallRules from './catalog/syscall-rules.ts';
import * as syscalls from './catalog/syscalls.ts';
import * as yaml from './catalog/yaml.ts';
import type { CatalogEntry } from './entry.ts';

/** An entry whose parameters are not needed, such as when its long text is shown. */
export type AnyEntry = Pick<CatalogEntry<never>, 'code' | 'name' | 'severity' | 'explanation'>;

/** One module an area of the language; a test holds that no area file is left out. */
const AREAS: readonly Readonly<Record<string, unknown>>[] = [
  source,
  yaml,
  schema,
  blueprint,
  openshell,
  resolve,
  syscallRules,
  syscalls,
  filesystem,
  grant,
  guardrails,
  process,
  egress,
  operations,
  credentials,
  inference,
  resources,
  backends,
  launch,
  gateway,
  access,
  policyTest,
  revisions,
  lint,
  report,
  imported,
  exported,
  audit,
  auditLog,
  requests,
  signature,
  signedFiles,
  proposals,
  expiry,
  allowances,
  github,
  hosts,
  sync,
  gate,
];

/** Every kind of finding there is, by code. */
export const CATALOG: readonly AnyEntry[] = AREAS.flatMap((area) => Object.values(area).filter(isEntry)).sort(
  (a, b) => (a.code < b.code ? -1 : 1),
);

/** An area file may also export what its entries share. */
function isEntry(value: unknown): value is AnyEntry {
  return typeof value === 'object' && value !== null && 'code' in value && 'explanation' in value;
}

/** Finds an entry by its code or its name, in any case. */
export function findEntry(codeOrName: string): AnyEntry | null {
  const wanted = codeOrName.toLowerCase();
  return CATALOG.find(({ code, name }) => code.toLowerCase() === wanted || name === wanted) ?? null;
}
