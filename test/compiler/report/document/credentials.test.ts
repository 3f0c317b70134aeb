import { expect, test } from 'vitest';
import { plainDocument } from '../../../../compiler/report/document/json.ts';
import { documentOf } from '../../../support/documents.ts';
import { blueprint } from '../../../support/policy.ts';

const text = (grant: string) =>
  blueprint(`filesystem_policy: { read_write: [/work/project] }
network_policies: { web: { endpoints: [{ host: a.example.com, port: 443, access: full }] } }
credentials:
  token:
    credential_file: /secrets/token
    placeholder_env: TOKEN
    endpoints: [{ host: a.example.com }, { host: a.example.com, header: x-key, plain_http: true }]
    grant: ${grant}
`);

interface Chapter {
  readonly facet: string;
  readonly can: string[];
  readonly cannot: string[];
  readonly permissions: { readonly permissions: { readonly id: string; readonly details: string[] }[] }[];
}

function network(grant: string): Chapter {
  const chapters = plainDocument(documentOf(text(grant))).chapters as Chapter[];
  return chapters.find(({ facet }) => facet === 'egress')!;
}

const rowsOf = ({ permissions }: Chapter) =>
  permissions.flatMap((group) => group.permissions).filter(({ id }) => id === 'credential:token');

test('the document says which secrets the agent uses without seeing them, and where to', () => {
  const chapter = network('{ owner: a@example.com }');
  expect(chapter.can).toContain('use the credential `token` at `a.example.com` without seeing it');
  expect(chapter.cannot.at(-1)).toContain('see the values of its credentials (`token`)');
  expect(rowsOf(chapter)).toMatchObject([
    {
      details: [
        'sent to `a.example.com` port `443` in `authorization`',
        'sent to `a.example.com` port `443` in `x-key`, also unencrypted',
        'read outside from the file `/secrets/token`',
        'a placeholder inside, in `TOKEN`',
      ],
    },
  ]);
});

test('one that has ended is used no more', () => {
  const chapter = network('{ expires: 2025-01-01 }');
  expect(chapter.can.join()).not.toContain('credential');
  expect(rowsOf(chapter)[0]!.details[0]).toBe('it has ended and is sent nowhere');
});
