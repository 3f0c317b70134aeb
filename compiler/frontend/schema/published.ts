import { PUBLISHED } from './published.generated.ts';

/** The published schemas by name; the file is `schemas/NAME.schema.json`. */
export type SchemaName = keyof typeof PUBLISHED;

export const SCHEMA_NAMES = Object.keys(PUBLISHED) as readonly SchemaName[];

/** The keywords of JSON Schema 2020-12 that the published schemas use, less prose; a test refuses any other. */
export interface Schema {
  readonly $id?: string;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly title?: string;
  readonly examples?: readonly (string | number)[];
  readonly type?: SchemaType | readonly SchemaType[];
  readonly const?: string | number;
  readonly enum?: readonly string[];
  readonly minLength?: number;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly propertyNames?: Schema;
  readonly minProperties?: number;
}

export type SchemaType = 'string' | 'integer' | 'boolean' | 'array' | 'object';

const parsed = new Map<SchemaName, Schema>();

/** A published schema. Parsed on first use. */
export function publishedSchema(name: SchemaName): Schema {
  let schema = parsed.get(name);
  if (schema === undefined) {
    schema = JSON.parse(PUBLISHED[name]) as Schema;
    parsed.set(name, schema);
  }
  return schema;
}

/** A schema to check against, with the file that its own `$ref`s are relative to. */
export interface PlacedSchema {
  readonly file: SchemaName;
  readonly schema: Schema;
}

const followed = new Map<Schema, PlacedSchema>();

/**
 * Follows `$ref` until there is none. Only the two forms that the published schemas use exist: `#/$defs/NAME` and
 * `FILE.schema.json#/$defs/NAME`.
 */
export function follow(placed: PlacedSchema): PlacedSchema {
  if (placed.schema.$ref === undefined) return placed;
  let target = followed.get(placed.schema);
  if (target === undefined) {
    target = follow(lookUp(placed.file, placed.schema.$ref));
    followed.set(placed.schema, target);
  }
  return target;
}

function lookUp(from: SchemaName, reference: string): PlacedSchema {
  const [, other, name] = /^(?:([a-z-]+)\.schema\.json)?#\/\$defs\/(\w+)$/.exec(reference) ?? [];
  const file = (other ?? from) as SchemaName;
  const schema = name === undefined ? undefined : publishedSchema(file).$defs?.[name];
  if (schema === undefined) throw new Error(`schema ${from} refers to ${reference}, which is not there`);
  return { file, schema };
}
