import { hasCredentialForm, namesCredential } from '../../frontend/schema/credentials.ts';
import { only } from '../extent.ts';
import type { Operation, Operations } from '../operation.ts';
import { CUT, isOpaque, isSecretValue, MASKED } from './masking.ts';

/** In UTF-16 units. A message may be a whole document, and names are short. */
const LONGEST = { message: 512, name: 128, field: 48 } as const;
const MOST_FIELDS = 16;
/** Of all that a request asks for, in UTF-16 units: what is over it is written down as cut. */
const BUDGET = 1024;
/** What an operation costs beside its texts. */
const LEAST_COST = 8;

const REST: Operation = { kind: 'call', method: CUT, tool: null };

/** What a request asks for as it is written down: bounded, and without what looks like a secret. */
export function recordedOperations(operations: Operations): Operations {
  if (operations.kind !== 'only') return operations;
  const [head, ...tail] = operations.of;
  const all = [recordedOperation(head), ...tail.map(recordedOperation)] as const;
  if (costOf(all) <= BUDGET) return only(all);
  const kept: Operation[] = [];
  for (const operation of all) {
    if (costOf([...kept, operation, REST]) > BUDGET) break;
    kept.push(operation);
  }
  const [first = REST, ...others] = [...kept, REST];
  return only([first, ...others]);
}

function recordedOperation(operation: Operation): Operation {
  switch (operation.kind) {
    case 'upgrade':
    case 'answer':
      return operation;
    case 'message':
      return operation.text === null ? operation : { ...operation, text: recordedMessage(operation.text) };
    case 'call': {
      const { kind, method, tool } = operation;
      return { kind, method: recordedName(method), tool: tool === null ? null : recordedName(tool) };
    }
    case 'graphql': {
      const { name, fields } = operation;
      const few = fields.length <= MOST_FIELDS ? fields : [...fields.slice(0, MOST_FIELDS - 1), CUT];
      const [first, ...others] = few.map((field) => recordedName(field, LONGEST.field));
      return {
        ...operation,
        name: name === null ? null : recordedName(name, LONGEST.field),
        fields: [first!, ...others],
      };
    }
  }
}

/** Hidden as a whole, because where in a text a secret ends nobody knows. */
function recordedMessage(text: string): string {
  if (text.length > LONGEST.message) return CUT;
  const words = text.split(/[^\w+/.~%-]+/);
  const isSecret =
    hasCredentialForm(text) || words.some((word) => isSecretValue(word) || namesCredential(word));
  return isSecret ? MASKED : text;
}

function recordedName(name: string, longest: number = LONGEST.name): string {
  if (name.length > longest) return CUT;
  return hasCredentialForm(name) || isOpaque(name) ? MASKED : name;
}

function costOf(operations: readonly Operation[]): number {
  return operations.reduce((sum, operation) => sum + LEAST_COST + textsOf(operation).join('').length, 0);
}

function textsOf(operation: Operation): readonly string[] {
  switch (operation.kind) {
    case 'upgrade':
    case 'answer':
      return [];
    case 'message':
      return [operation.text ?? ''];
    case 'call':
      return [operation.method, operation.tool ?? ''];
    case 'graphql':
      return [operation.name ?? '', ...operation.fields];
  }
}
