import { readSharedData } from './shared-data.ts';

/** The published schema as it is in its files; only what is read here. */
interface Attribute {
  readonly requirement?: string;
  readonly type?: string;
  readonly is_array?: boolean;
  readonly enum?: Readonly<Record<string, { readonly caption: string }>>;
}
interface Shape {
  readonly extends?: string;
  readonly category?: string;
  readonly uid?: number;
  readonly attributes: Readonly<Record<string, Attribute & readonly string[]>>;
  readonly constraints?: { readonly at_least_one?: readonly string[] };
}
interface Dictionary {
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly types: {
    readonly attributes: Readonly<
      Record<
        string,
        {
          readonly regex?: string;
          readonly type?: string;
          readonly max_len?: number;
          readonly range?: readonly [number, number];
        }
      >
    >;
  };
}
interface Resolved {
  readonly attributes: ReadonlyMap<string, Attribute>;
  readonly atLeastOne: readonly string[] | null;
}

const read = <T>(path: string) => JSON.parse(readSharedData(`ocsf/${path}`)) as T;
const dictionary = () => read<Dictionary>('dictionary.json');
const EVENTS: Readonly<Record<string, string>> = {
  base_event: 'events/base_event.json',
  network: 'events/network/network.json',
  network_activity: 'events/network/network_activity.json',
  http_activity: 'events/network/http_activity.json',
};
const CLASSES: Readonly<Record<number, string>> = {
  0: 'base_event',
  4001: 'network_activity',
  4002: 'http_activity',
};

/** The profiles that the exported events name; those of others add nothing. */
const PROFILES = ['host', 'security_control'];
const isNamed = (path: string) => PROFILES.some((name) => path === `profiles/${name}.json`);

/** A class or an object with all that it takes from others and from profiles. */
function resolved(path: string, folder: (name: string) => string): Resolved {
  const shape = read<Shape>(path);
  const parent = shape.extends === undefined ? null : resolved(folder(shape.extends), folder);
  const attributes = new Map(parent?.attributes ?? []);
  const add = (more: Shape['attributes']) => {
    for (const [name, attribute] of Object.entries(more)) {
      if (name === '$include') {
        for (const profile of attribute.filter(isNamed)) add(read<Shape>(profile).attributes);
      } else {
        const before = attributes.get(name);
        attributes.set(name, { ...before, ...attribute, enum: { ...before?.enum, ...attribute.enum } });
      }
    }
  };
  add(shape.attributes);
  return { attributes, atLeastOne: shape.constraints?.at_least_one ?? parent?.atLeastOne ?? null };
}

/** Checks events against the published files of the Open Cybersecurity Schema Framework. */
export class OcsfSchema {
  readonly #dictionary = dictionary();
  readonly #objects = new Map<string, Resolved>();
  readonly #classes = new Map<number, Resolved>();
  readonly version = read<{ version: string }>('version.json').version;

  /** What is wrong with an event; nothing when it is valid. */
  problems(event: Readonly<Record<string, unknown>>): string[] {
    const { class_uid, activity_id, type_uid } = event as Record<string, number>;
    const name = CLASSES[class_uid!];
    if (name === undefined) return [`class ${class_uid}`];
    let shape = this.#classes.get(class_uid!);
    if (shape === undefined) {
      shape = resolved(EVENTS[name]!, (parent) => EVENTS[parent]!);
      this.#classes.set(class_uid!, shape);
    }
    const found = this.inObject(event, shape, '');
    const { profiles } = (event.metadata ?? {}) as { profiles?: unknown };
    if (JSON.stringify(profiles) !== JSON.stringify(PROFILES)) found.push('other profiles are named');
    if (Math.floor(class_uid! / 1000) !== event.category_uid) found.push('the class is of another category');
    if (type_uid !== class_uid! * 100 + activity_id!)
      found.push('type_uid does not follow from the class and the activity');
    const caption = shape.attributes.get('activity_id')?.enum?.[activity_id!]?.caption;
    if (activity_id !== 99 && caption !== event.activity_name)
      found.push(`activity ${activity_id} is ${caption}`);
    return found;
  }

  private inObject(value: Readonly<Record<string, unknown>>, shape: Resolved, at: string): string[] {
    const found: string[] = [];
    for (const [name, attribute] of shape.attributes) {
      if (attribute.requirement === 'required' && value[name] === undefined)
        found.push(`${at}${name} is missing`);
    }
    if (shape.atLeastOne !== null && !shape.atLeastOne.some((name) => value[name] !== undefined)) {
      found.push(`${at} has none of ${shape.atLeastOne.join(', ')}`);
    }
    for (const [name, inner] of Object.entries(value)) {
      const attribute = shape.attributes.get(name);
      const known = this.#dictionary.attributes[name];
      if (attribute === undefined || known === undefined) found.push(`${at}${name} is unknown`);
      else found.push(...this.inAttribute(inner, attribute, known, `${at}${name}`));
    }
    return found;
  }

  private inAttribute(value: unknown, attribute: Attribute, known: Attribute, at: string): string[] {
    if (known.is_array === true || attribute.is_array === true) {
      if (!Array.isArray(value)) return [`${at} is no list`];
      return value.flatMap((one, n) => this.inValue(one, known, `${at}[${n}]`));
    }
    // The files leave these to follow from the category and the number of the class.
    if (at === 'class_uid' || at === 'category_uid') return this.inValue(value, known, at);
    const words = { ...known.enum, ...attribute.enum };
    if (Object.keys(words).length > 0 && words[String(value)] === undefined)
      return [`${at} is ${String(value)}`];
    return this.inValue(value, known, at);
  }

  private inValue(value: unknown, known: Attribute, at: string): string[] {
    const type = this.#dictionary.types.attributes[known.type!];
    if (type === undefined) {
      if (typeof value !== 'object' || value === null) return [`${at} is no object`];
      if (known.type === 'object') return [];
      return this.inObject(value as Record<string, unknown>, this.object(known.type!), `${at}.`);
    }
    const base = type.type ?? known.type;
    if (base === 'string_t') {
      if (typeof value !== 'string') return [`${at} is no text`];
      if (type.regex !== undefined && !new RegExp(type.regex).test(value))
        return [`${at} is no ${known.type}`];
      return value.length > (type.max_len ?? Number.POSITIVE_INFINITY) ? [`${at} is too long`] : [];
    }
    if (base === 'integer_t' || base === 'long_t') {
      const [low, high] = type.range ?? [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];
      return Number.isInteger(value) && (value as number) >= low && (value as number) <= high
        ? []
        : [`${at} is no number`];
    }
    return base === 'boolean_t' && typeof value !== 'boolean' ? [`${at} is no boolean`] : [];
  }

  private object(name: string): Resolved {
    let shape = this.#objects.get(name);
    if (shape === undefined) {
      shape = resolved(`objects/${name}.json`, (parent) => `objects/${parent}.json`);
      this.#objects.set(name, shape);
    }
    return shape;
  }
}
