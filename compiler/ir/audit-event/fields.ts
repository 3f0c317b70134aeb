/** A value of a line is not of the published form. Caught by `readEvent`, and thrown nowhere else. */
export class NotTheForm extends Error {
  override readonly name = 'NotTheForm';
}

/** The keys of one JSON object, each asked for once; a key that nobody asked for is refused. */
export class Fields {
  readonly #value: Readonly<Record<string, unknown>>;
  readonly #name: string;
  readonly #asked = new Set<string>();

  /** @param name what the object is called in messages */
  constructor(value: unknown, name: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new NotTheForm(`${name} is no object`);
    }
    this.#value = value as Readonly<Record<string, unknown>>;
    this.#name = name;
  }

  has(key: string): boolean {
    return Object.hasOwn(this.#value, key);
  }

  required<T>(key: string, read: (value: unknown, name: string) => T): T {
    if (!this.has(key)) throw new NotTheForm(`${this.#name} has no \`${key}\``);
    this.#asked.add(key);
    return read(this.#value[key], `\`${key}\``);
  }

  /** Null where the key is not there. */
  optional<T>(key: string, read: (value: unknown, name: string) => T): T | null {
    return this.has(key) ? this.required(key, read) : null;
  }

  /** The only one of some keys that is there, with its value. */
  exactlyOne<Key extends string>(keys: readonly Key[]): readonly [Key, unknown] {
    const [key, ...more] = keys.filter((one) => this.has(one));
    if (key === undefined || more.length > 0) {
      throw new NotTheForm(
        `${this.#name} has ${key === undefined ? 'none' : 'several'} of ${keys.join(', ')}`,
      );
    }
    this.#asked.add(key);
    return [key, this.#value[key]];
  }

  finish(): void {
    const unknown = Object.keys(this.#value).find((key) => !this.#asked.has(key));
    if (unknown !== undefined) throw new NotTheForm(`${this.#name} has the unknown key \`${unknown}\``);
  }
}

export function text(value: unknown, name: string): string {
  if (typeof value !== 'string') throw new NotTheForm(`${name} is no text`);
  return value;
}

export function flag(value: unknown, name: string): boolean {
  if (typeof value !== 'boolean') throw new NotTheForm(`${name} is neither true nor false`);
  return value;
}

/** A whole number within bounds. */
export function integer(least: number, most = Number.MAX_SAFE_INTEGER) {
  return (value: unknown, name: string): number => {
    if (!Number.isSafeInteger(value) || (value as number) < least || (value as number) > most) {
      throw new NotTheForm(`${name} is no whole number from ${least} to ${most}`);
    }
    return value as number;
  };
}

export function word<Word extends string>(words: readonly Word[]) {
  return (value: unknown, name: string): Word => {
    const found = words.find((one) => one === value);
    if (found === undefined) throw new NotTheForm(`${name} is none of ${words.join(', ')}`);
    return found;
  };
}

export function matching(pattern: RegExp, form: string) {
  return (value: unknown, name: string): string => {
    const written = text(value, name);
    if (!pattern.test(written)) throw new NotTheForm(`${name} is no ${form}`);
    return written;
  };
}

/** The name of a commit: SHA-1 or SHA-256 in hexadecimal. */
export const commitName = matching(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, 'name of a commit');

export function list<T>(item: (value: unknown, name: string) => T, most = Number.POSITIVE_INFINITY) {
  return (value: unknown, name: string): T[] => {
    if (!Array.isArray(value)) throw new NotTheForm(`${name} is no list`);
    if (value.length > most) throw new NotTheForm(`${name} has more than ${most} items`);
    return value.map((one) => item(one, `an item of ${name}`));
  };
}

/** Reads an object and refuses keys that were not asked for. */
export function object<T>(read: (fields: Fields) => T) {
  return (value: unknown, name: string): T => {
    const fields = new Fields(value, name);
    const result = read(fields);
    fields.finish();
    return result;
  };
}
