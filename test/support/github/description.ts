import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly schema: object;
}

export interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly params: readonly Parameter[];
  readonly body: { readonly required: boolean; readonly schema: { readonly properties?: object } } | null;
  readonly responses: Readonly<Record<string, { readonly schema: object | null; readonly example: unknown }>>;
}

interface Description {
  readonly ops: readonly Operation[];
  readonly $defs?: Readonly<Record<string, object>>;
}

const folder = join(import.meta.dirname, '../../data/github');
const read = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Description;
const main = read('github-openapi-subset.json');
const OPERATIONS = [...main.ops, ...read('github-openapi-more.json').ops];

function schemas(coerceTypes: boolean): Ajv2020 {
  const ajv = new Ajv2020({ strict: false, allErrors: true, coerceTypes });
  (addFormats as unknown as (to: Ajv2020) => void)(ajv);
  ajv.addFormat('repo.nwo', true);
  ajv.addSchema({ $id: 'github', $defs: main.$defs });
  return ajv;
}

const exact = schemas(false);
/** Parameters are text in an address. */
const ofText = schemas(true);
const compiled = new Map<object, ValidateFunction>();

function validator(schema: object, ajv: Ajv2020): ValidateFunction {
  let found = compiled.get(schema);
  if (found === undefined) {
    const placed = JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"github#/$defs/')) as object;
    found = ajv.compile(ajv === ofText ? { type: 'object', properties: { value: placed } } : placed);
    compiled.set(schema, found);
  }
  return found;
}

/** An operation that an address means, with the values in its path. */
export interface FoundOperation {
  readonly operation: Operation;
  readonly values: Readonly<Record<string, string>>;
}

export function operationFor(method: string, path: string): FoundOperation | null {
  for (const operation of OPERATIONS) {
    const names: string[] = [];
    const pattern = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => {
      names.push(name);
      return '([^/]+)';
    });
    const found = operation.method === method ? new RegExp(`^${pattern}$`).exec(path) : null;
    if (found === null) continue;
    const values = names.map((name, at) => [name, decodeURIComponent(found[at + 1]!)] as const);
    return { operation, values: Object.fromEntries(values) };
  }
  return null;
}

/** What of a request the description does not allow. */
export function faultsOfRequest(
  { operation, values }: FoundOperation,
  query: Readonly<Record<string, string>>,
  body: unknown,
): string[] {
  const faults: string[] = [];
  for (const { name, in: where, required, schema } of operation.params) {
    if (where !== 'path' && where !== 'query') continue;
    const value = where === 'path' ? values[name] : query[name];
    if (value === undefined) {
      if (required) faults.push(`it lacks the ${where} parameter ${name}`);
      continue;
    }
    const validate = validator(schema, ofText);
    if (!validate({ value })) faults.push(`${where} ${name}: ${ofText.errorsText(validate.errors)}`);
  }
  const known = operation.params.filter((one) => one.in === 'query').map(({ name }) => name);
  for (const name of Object.keys(query))
    if (!known.includes(name)) faults.push(`it has the unknown parameter ${name}`);
  return [...faults, ...faultsOfBody(operation, body)];
}

function faultsOfBody({ body: wanted }: Operation, body: unknown): string[] {
  if (wanted === null) return body === undefined ? [] : ['it has a body, and the operation takes none'];
  if (body === undefined) return wanted.required ? ['it lacks a body'] : [];
  const validate = validator(wanted.schema, exact);
  const faults = validate(body) ? [] : [`body: ${exact.errorsText(validate.errors)}`];
  const known = Object.keys(wanted.schema.properties ?? {});
  const unknown = Object.keys(body as object).filter((key) => !known.includes(key));
  return [...faults, ...unknown.map((key) => `its body has the unknown key ${key}`)];
}

/** What of an answer the description does not allow. */
export function faultsOfAnswer(operation: Operation, status: number, body: unknown): string[] {
  const described = operation.responses[String(status)];
  if (described === undefined) return [`${operation.id} never answers with ${status}`];
  if (described.schema === null) return [];
  const validate = validator(described.schema, exact);
  return validate(body)
    ? []
    : [`${operation.id} ${status}: ${exact.errorsText(validate.errors?.slice(0, 4))}`];
}

/** The example of an answer, to be changed by whoever gets it. */
export function exampleOf(id: string, status: number): Record<string, unknown> {
  const operation = OPERATIONS.find((one) => one.id === id);
  const example = operation?.responses[String(status)]?.example;
  if (typeof example !== 'object' || example === null) throw new Error(`${id} has no example of ${status}`);
  return structuredClone(Array.isArray(example) ? example[0] : example) as Record<string, unknown>;
}
