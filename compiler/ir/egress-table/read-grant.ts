import { integer, list, object, text } from '../audit-event/fields.ts';
import type { Approval, Grant, WrittenPlace } from '../origin.ts';

const count = integer(1);

const readOrigin = object(
  (fields): WrittenPlace => ({
    file: fields.required('file', text),
    line: fields.required('line', count),
    column: fields.required('column', count),
    trail: fields.required('trail', list(text)),
  }),
);

const readApproval = object(
  (fields): Approval => ({
    owner: fields.optional('owner', text),
    reason: fields.optional('reason', text),
    ticket: fields.optional('ticket', text),
    approvedBy: fields.optional('approved_by', text),
    expiresAt: fields.optional('expires', integer(Number.MIN_SAFE_INTEGER)),
    maxUses: fields.optional('max_uses', count),
    request: fields.optional('request', text),
  }),
);

/** A grant as it stands in a table. */
export const readGrant = object(
  (fields): Grant<WrittenPlace> => ({
    id: fields.required('id', text),
    origin: fields.required('origin', readOrigin),
    approval: fields.optional('approval', readApproval),
  }),
);
