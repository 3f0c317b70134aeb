import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'vitest';

const path = join(import.meta.dirname, '../../schemas/host-statement.schema.json');
const validate = new Ajv2020({ strict: false }).compile(JSON.parse(readFileSync(path, 'utf8')));

/** Faults that the published schema finds in a statement of a host; none for one that is of its form. */
export function faultsOf(statement: unknown): string[] {
  return validate(statement)
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** Every member of mappings, once without it and once with another kind of value, and every mapping with one more. */
export function expectHeldToTheForm(statement: object): void {
  let changed = 0;
  const refused = (what: string) => {
    changed++;
    expect(faultsOf(statement), what).not.toEqual([]);
  };
  const walk = (at: Record<string, unknown>, where: string) => {
    for (const [key, value] of Object.entries(at)) {
      delete at[key];
      if (!Array.isArray(at)) refused(`without ${where}${key}`);
      at[key] = typeof value === 'number' ? 'many' : 7;
      refused(`another ${where}${key}`);
      at[key] = value;
      if (typeof value === 'object' && value !== null)
        walk(value as Record<string, unknown>, `${where}${key}.`);
    }
    if (!Array.isArray(at)) {
      at.extra = 1;
      refused(`${where}extra`);
      delete at.extra;
    }
  };
  walk(statement as Record<string, unknown>, '');
  expect(faultsOf(statement)).toEqual([]);
  expect(changed).toBeGreaterThan(50);
}
