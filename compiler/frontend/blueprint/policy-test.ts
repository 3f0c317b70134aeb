import { blueprintTestFacet, blueprintTestProcess } from '../../diagnostics/catalog/blueprint.ts';
import { located, type Span } from '../../source/span.ts';
import type { YamlEntry, YamlNode } from '../yaml/tree.ts';
import type { PolicyTest } from './blueprint.ts';
import type { Fields, Reading } from './reading.ts';
import { FILE_RIGHT_WORDS, type WrittenAccess } from './written-access.ts';

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
    return {
      span: fields.span,
      name,
      expect: fields.required('expect', (answer) => reading.word(answer, ['allow', 'deny'])),
      access: fields.required('access', (access) => readAccess(reading, access, name.span)),
      by: fields.optional('by', (grant) => reading.text(grant)),
      at: fields.optional('at', (time) => reading.text(time)),
      level: fields.optional('level', (level) => reading.word(level, ['read-only', 'read-write'])),
    };
  });
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
  };
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
