import {
  follow,
  type PlacedSchema,
  publishedSchema,
  type Schema,
  type SchemaName,
  type SchemaType,
} from './published.ts';

/**
 * A schema as the walk uses it: every keyword there, references followed, keys in a map, the pattern compiled. What is
 * below is made when the walk first comes there, and kept, since the next file comes there as well.
 */
export class ReadySchema {
  /** As it is written, for messages. */
  readonly schema: Schema;
  /** Null for any type. */
  readonly types: readonly SchemaType[] | null;
  /** The only values that there may be; null for any. */
  readonly words: readonly (string | number)[] | null;
  readonly minLength: number;
  readonly pattern: RegExp | null;
  readonly minimum: number;
  readonly maximum: number;
  readonly minItems: number;
  readonly maxItems: number;
  readonly minProperties: number;
  readonly required: readonly string[];
  readonly #placed: PlacedSchema;
  #below: Below | null = null;

  /** @param placed a schema that is no reference */
  constructor(placed: PlacedSchema) {
    const { schema } = placed;
    const { type } = schema;
    this.schema = schema;
    this.types = type === undefined ? null : typeof type === 'string' ? [type] : type;
    this.words = schema.enum ?? (schema.const === undefined ? null : [schema.const]);
    this.minLength = schema.minLength ?? 0;
    this.pattern = schema.pattern === undefined ? null : new RegExp(schema.pattern, 'u');
    this.minimum = schema.minimum ?? -Infinity;
    this.maximum = schema.maximum ?? Infinity;
    this.minItems = schema.minItems ?? 0;
    this.maxItems = schema.maxItems ?? Infinity;
    this.minProperties = schema.minProperties ?? 0;
    this.required = schema.required ?? [];
    this.#placed = placed;
  }

  get below(): Below {
    this.#below ??= belowOf(this.#placed);
    return this.#below;
  }
}

/** What the items and the values of a schema are held to. */
export interface Below {
  readonly items: ReadySchema | null;
  readonly properties: ReadonlyMap<string, ReadySchema>;
  /** For keys that are not among the properties: what their values must be, or whether there may be any. */
  readonly others: ReadySchema | boolean;
  readonly names: ReadySchema | null;
}

function belowOf({ file, schema }: PlacedSchema): Below {
  const { items, properties = {}, additionalProperties = true, propertyNames } = schema;
  const at = (below: Schema) => ready({ file, schema: below });
  return {
    items: items === undefined ? null : at(items),
    properties: new Map(Object.entries(properties).map(([key, value]) => [key, at(value)])),
    others: typeof additionalProperties === 'object' ? at(additionalProperties) : additionalProperties,
    names: propertyNames === undefined ? null : at(propertyNames),
  };
}

const made = new Map<Schema, ReadySchema>();

function ready(asked: PlacedSchema): ReadySchema {
  const placed = follow(asked);
  let schema = made.get(placed.schema);
  if (schema === undefined) {
    schema = new ReadySchema(placed);
    made.set(placed.schema, schema);
  }
  return schema;
}

/** A published schema, ready to check documents against. */
export function readySchema(name: SchemaName): ReadySchema {
  return ready({ file: name, schema: publishedSchema(name) });
}
