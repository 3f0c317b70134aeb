import { refusalWords } from './arrival/refusal-words.ts';
import { endWith, endWithAlert } from './arrival/tls-alert.ts';
import { failure } from './failure.ts';
import type { RequestServing } from './serving.ts';

/** Stands where nobody reads requests: whatever would have to be looked into is refused. */
export const noRequests: RequestServing = {
  http: (client) =>
    endWith(client, refusalWords(failure(503, 'no-requests', 'this gateway reads no requests'))),
  tls: (client) => endWithAlert(client, 'access-denied'),
};
