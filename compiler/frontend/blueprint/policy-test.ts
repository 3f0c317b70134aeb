import {
  blueprintTestFacet,
  blueprintTestParts,
  blueprintTestProcess,
} from '../../diagnostics/catalog/blueprint.ts';
import { type Located, located, type Span } from '../../source/span.ts';
import type { PropertyItem } from '../guardrails/guardrails.ts';
import { readAccesses, readOnly } from '../guardrails/read-guardrail.ts';
import type { YamlEntry, YamlNode } from '../yaml/tree.ts';
import type { PolicyTest } from './blueprint.ts';
import { GRAPHQL_TYPES } from './inner-protocol.ts';
import type { Fields, Reading } from './reading.ts';
import { FILE_RIGHT_WORDS, type WrittenAccess, type WrittenOperation } from './written-access.ts';

type ReadAccess = (reading: Reading, fields: Fields) => WrittenAccess;

const FACETS: Readonly<Record<WrittenAccess['facet'], ReadAccess>> = {
  filesystem: readFileAccess,
  syscalls: readSyscall,
  process: readIdentity,
  egress: readConnection,
  inference: readModelCall,
  resources: readResourceUse,
};
const FACET_NAMES = Object.keys(FACETS) as readonly WrittenAccess['facet'][];
const IDENTITY_KEYS = ['environment', 'user', 'reaches'];

/** An entry of `tests:`, in a blueprint, a preset, a tier or a file of policy tests. */
export function readPolicyTest(reading: Reading, node: YamlNode): PolicyTest {
  return reading.fields(node, (fields) => {
    const name = fields.required('name', (text) => reading.text(text));
    const level = fields.optional('level', (word) => reading.word(word, ['read-only', 'read-write']));
    const head = { span: fields.span, name, level };
    const expect = fields.optional('expect', (answer) => reading.word(answer, ['allow', 'deny']));
    const access = fields.optional('access', (node) => readAccess(reading, node, name.span));
    const by = fields.optional('by', (grant) => reading.text(grant));
    const at = fields.optional('at', (time) => reading.text(time));
    const { written, properties } = readProperties(reading, fields, name);
    const asksOfAnAccess = [expect, access, by, at].some((part) => part !== null);
    if (written > 1 || (written === 1) === asksOfAnAccess || (written === 0 && (!expect || !access))) {
      reading.refuse(blueprintTestParts, name.span, { name: name.value });
    }
    if (properties[0]) return { ...head, kind: 'property', property: properties[0] };
    return {
      ...head,
      kind: 'access',
      expect: expect ?? located('deny', name.span),
      access: access ?? { facet: 'process', span: name.span, environment: located('', name.span) },
      by,
      at,
    };
  });
}

/** Properties that are written, and those of them that were understood. */
function readProperties(
  reading: Reading,
  fields: Fields,
  name: Located<string>,
): { written: number; properties: readonly PropertyItem[] } {
  const never = fields.entry('never');
  const only = fields.entry('only');
  const accesses = never && readAccesses(reading, never.value, name);
  return {
    written: (never === null ? 0 : 1) + (only === null ? 0 : 1),
    properties: [
      ...(accesses === null ? [] : [{ kind: 'never', accesses } as const]),
      ...(only === null ? [] : [readOnly(reading, only.value)]),
    ],
  };
}

/** Of several facets the last one is kept, as something has to be; the test is refused. */
function readAccess(reading: Reading, node: YamlNode, testName: Span): WrittenAccess {
  const span = reading.span(node);
  const found = reading.named(node, (entry) => facetOf(reading, entry));
  if (found.length !== 1) {
    reading.refuse(blueprintTestFacet, testName, { found: found.map(({ facet }) => facet) });
  }
  return found.at(-1) ?? { facet: 'process', span, environment: located('', span) };
}

function facetOf(reading: Reading, { key, value }: YamlEntry): WrittenAccess {
  const facet = FACET_NAMES.find((name) => name === key);
  if (facet === undefined) throw reading.disagreement(value, `one of ${FACET_NAMES}`);
  return reading.fields(value, (fields) => FACETS[facet](reading, fields));
}

function readFileAccess(reading: Reading, fields: Fields): WrittenAccess {
  return {
    facet: 'filesystem',
    span: fields.span,
    path: fields.required('path', (path) => reading.text(path)),
    right: fields.required('right', (right) => reading.word(right, FILE_RIGHT_WORDS)),
  };
}

function readSyscall(reading: Reading, fields: Fields): WrittenAccess {
  return {
    facet: 'syscalls',
    span: fields.span,
    name: fields.required('name', (name) => reading.text(name)),
    args: fields.list('args', (argument) => reading.textOrInteger(argument)),
  };
}

function readIdentity(reading: Reading, fields: Fields): WrittenAccess {
  const { span } = fields;
  const environment = fields.optional('environment', (name) => reading.text(name));
  const user = fields.optional('user', (id) => reading.integer(id));
  const reaches = fields.optional('reaches', (what) => reading.word(what, ['process-outside']));
  const given = [environment, user, reaches];
  const found = IDENTITY_KEYS.filter((_, at) => given[at] !== null);
  if (found.length !== 1) reading.refuse(blueprintTestProcess, span, { found });
  if (user !== null) return { facet: 'process', span, user };
  if (reaches !== null) return { facet: 'process', span, reaches };
  return { facet: 'process', span, environment: environment ?? located('', span) };
}

function readConnection(reading: Reading, fields: Fields): WrittenAccess {
  const text = (node: YamlNode) => reading.text(node);
  return {
    facet: 'egress',
    span: fields.span,
    host: fields.required('host', text),
    port: fields.required('port', (port) => reading.textOrInteger(port)),
    binary: fields.required('binary', text),
    sha256: fields.optional('sha256', text),
    method: fields.optional('method', text),
    path: fields.optional('path', text),
    address: fields.optional('address', text),
    operation: readOperation(reading, fields),
  };
}

function readOperation(reading: Reading, fields: Fields): WrittenOperation | null {
  const text = (node: YamlNode) => reading.text(node);
  const isSo = (node: YamlNode) => located(true as const, reading.span(node));
  const operation: WrittenOperation = {
    rpcMethod: fields.optional('rpc_method', text),
    tool: fields.optional('tool', text),
    operationType: fields.optional('operation_type', (word) => reading.word(word, GRAPHQL_TYPES)),
    operationName: fields.optional('operation_name', text),
    fields: fields.optional('fields', (list) => located(reading.list(list, text), reading.span(list))),
    upgrade: fields.optional('upgrade', isSo),
    message: fields.optional('message', text),
    binaryMessage: fields.optional('binary_message', isSo),
    unread: fields.optional('unread', isSo),
  };
  return Object.values(operation).every((part) => part === null) ? null : operation;
}

function readModelCall(reading: Reading, fields: Fields): WrittenAccess {
  return {
    facet: 'inference',
    span: fields.span,
    route: fields.required('route', (route) => reading.text(route)),
    model: fields.required('model', (model) => reading.text(model)),
  };
}

function readResourceUse(reading: Reading, fields: Fields): WrittenAccess {
  return {
    facet: 'resources',
    span: fields.span,
    limit: fields.required('limit', (limit) => reading.text(limit)),
    amount: fields.required('amount', (amount) => reading.integer(amount)),
  };
}
