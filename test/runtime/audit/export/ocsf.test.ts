import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { ocsfEvent } from '../../../../runtime/audit/export/ocsf.ts';
import { HTTP_ACTIVITIES } from '../../../../runtime/audit/export/ocsf-http-activities.ts';
import { SOME_DIGEST } from '../../../support/audit-log.ts';
import { someDecision } from '../../../support/audit-writing.ts';
import { hostNeeds, publishedFiles } from '../../../support/host.ts';
import { OcsfSchema } from '../../../support/ocsf.ts';
import { events } from '../../../support/random-audit-events.ts';
import { readSharedData } from '../../../support/shared-data.ts';

beforeEach((context) => hostNeeds(context, publishedFiles));

const EVENT = { sequence: 7, previous: SOME_DIGEST, time: 1_777_777_777_777, sandbox: 'a-1' };

describe('an event for a SIEM', () => {
  test('is valid under the published schema, whatever happened', () => {
    const schema = new OcsfSchema();
    let made = 0;
    fc.assert(
      fc.property(events, (event) => {
        const exported = ocsfEvent(event, '1.2.3');
        const isOfLog = ['opened', 'policy', 'kept', 'allowed', 'checkpoint', 'closed'].includes(
          event.what.kind,
        );
        expect(exported === null).toBe(isOfLog);
        if (exported === null) return;
        made++;
        const value = JSON.parse(JSON.stringify(exported)) as Record<string, unknown>;
        expect(schema.problems(value), JSON.stringify(value)).toEqual([]);
      }),
      { numRuns: 2000 },
    );
    expect(made).toBeGreaterThan(1000);
  });

  test('that is damaged is not', () => {
    const schema = new OcsfSchema();
    const good = { ...ocsfEvent({ ...EVENT, what: someDecision(1) }, '1') } as Record<string, unknown>;
    expect(schema.problems(good)).toEqual([]);
    expect(schema.problems({ ...good, severity_id: 9 })).toEqual(['severity_id is 9']);
    expect(schema.problems({ ...good, metadata: { version: 1 } })).toEqual([
      'metadata.product is missing',
      'metadata.version is no text',
      'other profiles are named',
    ]);
    expect(schema.problems({ ...good, strange: 1, type_uid: 1 })).toHaveLength(2);
    expect(schema.problems({ ...good, dst_endpoint: { ip: 'x' } })).toEqual(['dst_endpoint.ip is no ip_t']);
  });

  test('names the credentials that went along', () => {
    const what = { ...someDecision(1), credentials: ['github'] };
    expect(ocsfEvent({ ...EVENT, what }, '1')).toMatchObject({ unmapped: { credentials: ['github'] } });
  });

  test('names the request, who asked, and what decided', () => {
    const exported = ocsfEvent({ ...EVENT, what: someDecision(1) }, '1');
    expect(exported).toMatchObject({
      ...{ class_uid: 4002, activity_id: 6, action_id: 1, disposition: 'Allowed', time: EVENT.time },
      dst_endpoint: { hostname: 'api.example.com', ip: '203.0.113.7', port: 443 },
      http_request: { http_method: 'POST', url: { path: '/v1/items/1', query_string: 'page=1' } },
      actor: { process: { pid: 1001, file: { path: '/usr/bin/node' } } },
      firewall_rule: { uid: 'egress:api#0', desc: 'agent.yaml:12:7' },
      policy: { uid: SOME_DIGEST },
      unmapped: { approved_by: 'kim', owner: 'team-a', ticket: 'OPS-1' },
    });
    expect(ocsfEvent({ ...EVENT, what: someDecision(3) }, '1')).toMatchObject({
      ...{ class_uid: 4001, activity_id: 5, action: 'Denied', disposition_id: 2, status_code: 'not-granted' },
      unmapped: { request: 'r-3' },
    });
    const audited = { ...someDecision(1), why: 'audited' } as const;
    expect(ocsfEvent({ ...EVENT, what: audited }, '1')).toMatchObject({
      action: 'Observed',
      severity: 'Low',
    });
  });

  test('knows the methods of the published schema', () => {
    const http = JSON.parse(readSharedData('ocsf/events/network/http_activity.json')) as {
      attributes: { activity_id: { enum: Record<string, { caption: string; description: string }> } };
    };
    const published = Object.entries(http.attributes.activity_id.enum).map(
      ([id, { caption, description }]) => [
        / ([A-Z-]+) method/.exec(` ${description}`)?.[1],
        [Number(id), caption],
      ],
    );
    expect(Object.fromEntries(published)).toEqual(HTTP_ACTIVITIES);
    expect(new OcsfSchema().version).toBe('1.9.0-dev');
  });
});
