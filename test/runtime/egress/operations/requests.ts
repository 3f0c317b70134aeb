import type { InnerRequest } from '../../../../runtime/egress/operations/request.ts';

/** A POST of a text as JSON, but for what is said otherwise. */
export function post(
  body: string | Uint8Array,
  headers: Record<string, string | readonly string[]> = {},
): InnerRequest {
  return requestOf('POST', '', body, { 'content-type': 'application/json', ...headers });
}

export function get(query: string, headers: Record<string, string | readonly string[]> = {}): InnerRequest {
  return requestOf('GET', query, '', headers);
}

export function requestOf(
  method: string,
  query: string,
  body: string | Uint8Array,
  headers: Record<string, string | readonly string[]>,
): InnerRequest {
  return {
    method,
    query: [...new URLSearchParams(query)],
    header: (name) => {
      const value = headers[name];
      return value === undefined ? [] : typeof value === 'string' ? [value] : value;
    },
    body: typeof body === 'string' ? Buffer.from(body) : body,
  };
}
