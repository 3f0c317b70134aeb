import {
  endpointInvalid,
  hostsLeftOut,
  importTooMany,
  oneLabel,
  publicOnly,
} from '../../diagnostics/catalog/imported.ts';
import { type Located, located } from '../../source/span.ts';
import type { Endpoint } from '../blueprint/blueprint.ts';
import { tunnel } from '../imported/draft.ts';
import { type Importing, short } from '../imported/importing.ts';

/** What an endpoint without a port means (parseEndpoints in config.go of github.com/step-security/agent). */
const DEFAULT_PORT = 443;
const MOST_ENDPOINTS = 2_000;
const HOST = /^[a-z0-9_*-]{1,63}(?:\.[a-z0-9_*-]{1,63})*\.?$/;

/**
 * Endpoints such as `github.com:443` and `*.docker.io:443` as tunnels for any program: harden-runner filters names and
 * addresses and sees no requests (docs.stepsecurity.io, "Filter outbound network traffic to allowed endpoints").
 */
export function translateEndpoints(words: readonly Located<string>[], importing: Importing): Endpoint[] {
  if (words.length > MOST_ENDPOINTS) {
    const label = 'allowed-endpoints';
    importing.refuse(importTooMany, words[0]!.span, { label, found: words.length, maximum: MOST_ENDPOINTS });
    return [];
  }
  const seen = new Set<string>();
  return words.flatMap((word) => {
    const endpoint = endpointOf(word, importing);
    if (endpoint === null) return [];
    const key = `${endpoint.host.value}:${endpoint.ports[0]!.value}`;
    if (seen.has(key)) return [];
    seen.add(key);
    return [endpoint];
  });
}

function endpointOf(word: Located<string>, importing: Importing): Endpoint | null {
  const why = mistakeIn(word.value);
  if (why !== null) {
    importing.refuse(endpointInvalid, word.span, { endpoint: short(word.value), why });
    return null;
  }
  const [written = '', portText] = word.value.toLowerCase().split(':');
  const host = written.replace(/\.$/, '');
  if (/^[*.]+$/.test(host)) {
    importing.change(hostsLeftOut, word.span, { endpoint: short(word.value) });
    return null;
  }
  const isWild = host.includes('*');
  if (isWild) importing.change(oneLabel, word.span, { host });
  else {
    const taken = portText === undefined ? 'means port 443' : 'may be reached by any program';
    importing.exact(word, taken);
  }
  if (!/^[0-9.]+$/.test(host)) importing.changeOnce(publicOnly, word.span, {});
  return tunnel(located(host, word.span), [located(Number(portText ?? DEFAULT_PORT), word.span)]);
}

function mistakeIn(text: string): string | null {
  if (text.startsWith('#')) return 'a `#` within the list is a part of it, not a comment';
  if (text.includes('${{')) return 'its value is an expression, which is not in the file';
  if (text.includes('://')) return 'it is a URL';
  const [host = '', port, ...more] = text.toLowerCase().split(':');
  if (more.length > 0) return 'it has more than one `:`';
  if (!HOST.test(host)) return 'the host is no name';
  if (/\*\*/.test(host)) return 'a wildcard is one `*`';
  if (port === undefined) return null;
  const isPort = /^[1-9][0-9]{0,4}$/.test(port) && Number(port) <= 65535;
  return isPort ? null : 'the port is no number from 1 to 65535';
}
