import { isIP } from 'node:net';
import type { EgressAccess } from '../../../compiler/ir/access.ts';
import { accessForm } from '../../../compiler/ir/audit-event/access-form.ts';
import { type AuditEvent, type DecisionEvent, verdictOf } from '../../../compiler/ir/audit-event/event.ts';
import { HTTP_ACTIVITIES } from './ocsf-http-activities.ts';

type Json = Readonly<Record<string, unknown>>;

/** The version of the Open Cybersecurity Schema Framework whose classes these are. */
export const OCSF_VERSION = '1.9.0-dev';

const BASE = { category_uid: 0, category_name: 'Uncategorized', class_uid: 0, class_name: 'Base Event' };
const NETWORK = { category_uid: 4, category_name: 'Network Activity' };
const NETWORK_ACTIVITY = { ...NETWORK, class_uid: 4001, class_name: 'Network Activity' };
const HTTP_ACTIVITY = { ...NETWORK, class_uid: 4002, class_name: 'HTTP Activity' };
const OPEN = [1, 'Open'] as const;
const CLOSE = [2, 'Close'] as const;
const REFUSE = [5, 'Refuse'] as const;
const OTHER = 99;
const TYPES_A_CLASS = 100;
const SEVERITY = { allow: [1, 'Informational'], audited: [2, 'Low'], deny: [3, 'Medium'] } as const;
const OUTBOUND = { direction_id: 2, direction: 'Outbound', protocol_name: 'tcp', protocol_num: 6 };
const REGULAR_FILE = 1;
const SHA_256 = 3;
const HTTP_PORT = 80;

/**
 * An event as one of the Open Cybersecurity Schema Framework: HTTP Activity (4002) for a request, Network Activity (4001) for an
 * opaque tunnel and for the end of either, Base Event for accesses of other facets and for what was no access. What the log
 * says of itself (opened, checkpoint, closed, policies) has no class there: null.
 *
 * @param tool version of this program
 */
export function ocsfEvent(event: AuditEvent, tool: string): Json | null {
  const { what } = event;
  const seen = { time: event.time, metadata: metadataOf(event, tool), device: deviceOf(event) };
  if (what.kind === 'decision') return { ...seen, ...decisionFields(what, event) };
  if (what.kind === 'end') {
    return {
      ...{
        ...seen,
        ...activity(NETWORK_ACTIVITY, CLOSE),
        ...severity('allow'),
        status_id: 1,
        status: 'Success',
      },
      src_endpoint: { name: event.sandbox, uid: event.sandbox },
      connection_info: { ...OUTBOUND, uid: String(what.decision) },
      traffic: { bytes_out: what.sent, bytes_in: what.received },
    };
  }
  if (what.kind !== 'malformed') return null;
  const { problem, asked, process } = what;
  return {
    ...{ ...seen, ...activity(BASE, [OTHER, 'Malformed request']), ...severity('deny'), ...control('deny') },
    message: problem,
    ...(process && { actor: { process: { pid: process.pid, file: fileOf(process.binary, null) } } }),
    ...(asked !== null && { unmapped: { asked } }),
  };
}

function decisionFields(what: DecisionEvent, event: AuditEvent): Json {
  const { access, why } = what;
  const outcome = why === 'audited' ? why : verdictOf(why);
  return {
    ...(access.facet === 'egress' ? egressFields(access, outcome, event) : otherFields(what)),
    ...{ ...severity(outcome), ...control(outcome), status_code: why },
    policy: { uid: what.policy, ...(what.commit !== null && { version: what.commit }), is_applied: true },
    actor: actorOf(what),
    ...grantFields(what),
  };
}

type Outcome = keyof typeof SEVERITY;

function egressFields(access: EgressAccess, outcome: Outcome, { sequence, sandbox }: AuditEvent): Json {
  const { host, port, address, http } = access;
  const ip = address ?? (isIP(host) ? host : null);
  const common = {
    connection_info: { ...OUTBOUND, uid: String(sequence) },
    src_endpoint: { name: sandbox, uid: sandbox },
    dst_endpoint: { ...(isIP(host) ? {} : { hostname: host }), ...(ip !== null && isIP(ip) && { ip }), port },
  };
  if (http === null) return { ...activity(NETWORK_ACTIVITY, outcome === 'deny' ? REFUSE : OPEN), ...common };
  const known = Object.hasOwn(HTTP_ACTIVITIES, http.method) ? HTTP_ACTIVITIES[http.method] : undefined;
  const { method, path, query } = http;
  const query_string = query.map(([name, value]) => `${escaped(name)}=${escaped(value)}`).join('&');
  return {
    ...activity(HTTP_ACTIVITY, known ?? [OTHER, method]),
    ...common,
    http_request: {
      ...(known && { http_method: method }),
      url: {
        ...{ scheme: port === HTTP_PORT ? 'http' : 'https', hostname: host, port, path },
        ...(query_string !== '' && { query_string }),
      },
    },
  };
}

function escaped(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

function otherFields({ access }: DecisionEvent): Json {
  return { ...activity(BASE, [OTHER, access.facet]), message: JSON.stringify(accessForm(access)) };
}

/** Who approved and where it is written have no place in the schema. */
function grantFields({ grant, request, credentials }: DecisionEvent): Json {
  if (grant === null) return request === null ? {} : { unmapped: { request } };
  const { id, file, line, column, trail, owner, approvedBy, ticket } = grant;
  return {
    firewall_rule: { uid: id, name: id, desc: `${file}:${line}:${column}` },
    unmapped: {
      ...{ trail, owner, approved_by: approvedBy, ticket, request: request ?? grant.request },
      ...(credentials.length > 0 && { credentials }),
    },
  };
}

function actorOf({ access, process }: DecisionEvent): Json {
  const sha256 = access.facet === 'egress' ? access.sha256 : null;
  if (process !== null) return { process: { pid: process.pid, file: fileOf(process.binary, sha256) } };
  return { app_name: access.facet === 'egress' ? access.binary : 'unknown' };
}

function fileOf(path: string, sha256: string | null): Json {
  const hashes = [{ algorithm_id: SHA_256, algorithm: 'SHA-256', value: sha256 }];
  const name = path.slice(path.lastIndexOf('/') + 1);
  return { name, path, type_id: REGULAR_FILE, type: 'Regular File', ...(sha256 !== null && { hashes }) };
}

function metadataOf({ sandbox, sequence, time }: AuditEvent, tool: string): Json {
  return {
    version: OCSF_VERSION,
    product: { name: 'nemoclaw', vendor_name: 'nemoclaw', version: tool },
    profiles: ['host', 'security_control'],
    ...{
      log_name: sandbox,
      uid: `${sandbox}/${sequence}`,
      sequence,
      original_time: new Date(time).toISOString(),
    },
  };
}

function deviceOf({ sandbox }: AuditEvent): Json {
  return { type_id: OTHER, type: 'Sandbox', name: sandbox, uid: sandbox };
}

function activity(
  ofClass: Json & { readonly class_uid: number },
  [id, name]: readonly [number, string],
): Json {
  const type = `${ofClass.class_name}: ${name}`;
  const type_uid = ofClass.class_uid * TYPES_A_CLASS + id;
  return { ...ofClass, activity_id: id, activity_name: name, type_uid, type_name: type };
}

function severity(outcome: Outcome): Json {
  const [severity_id, name] = SEVERITY[outcome];
  return { severity_id, severity: name };
}

/** Of what was only audited the schema says "observed": it was neither allowed nor denied. */
function control(outcome: Outcome): Json {
  const allowed = { action_id: 1, action: 'Allowed', disposition_id: 1, disposition: 'Allowed' };
  const audited = { action_id: 3, action: 'Observed', disposition_id: 17, disposition: 'Logged' };
  const denied = { action_id: 2, action: 'Denied', disposition_id: 2, disposition: 'Blocked' };
  if (outcome === 'deny') return { ...denied, status_id: 2, status: 'Failure' };
  return { ...(outcome === 'audited' ? audited : allowed), status_id: 1, status: 'Success' };
}
