import type { ModelReach, ProcessReach, ResourceReach } from '../../../analysis/reach/others.ts';
import type { Phrase } from '../../phrase.ts';
import { amountText, RESOURCE_NAMES, RESOURCE_PHRASES } from '../amounts.ts';
import { grouped, permission } from '../permission.ts';
import { listed, say, words } from '../phrase.ts';
import type { Chapter } from './chapter.ts';

export function processChapter({ identity, environment, grant }: ProcessReach, now: number): Chapter {
  const passed = environment.filter(({ value }) => value === null).map(({ name }) => name);
  const who: Phrase =
    identity.kind === 'invoker'
      ? words('act as the ordinary user who starts it, and as nobody else')
      : say`act as ${identity.user} (user ${words(String(identity.uid))}, group ${words(String(identity.gid))}), and as nobody else`;
  return {
    facet: 'process',
    title: 'Identity and processes',
    can: [
      who,
      words('start, signal and watch processes of its own'),
      ...(passed.length === 0 ? [] : [say`see these variables of the environment: ${listed(passed)}`]),
    ],
    cannot: [
      words('act as root, gain capabilities, or run anything with the rights of another user'),
      words(
        'see, signal or trace a process outside of the sandbox, or speak to one by a unix socket that is in no listed path',
      ),
      words('see any other variable of the environment it is started from'),
    ],
    permissions: grouped([
      permission(grant, words('identity'), now, [
        identity.kind === 'invoker' ? words('whoever starts it') : say`${identity.user}`,
      ]),
      ...environment.map(({ name, value, grant: by }) =>
        permission(by, say`${name}`, now, [
          value === null ? words('passed in from outside') : say`always ${value}`,
        ]),
      ),
    ]),
  };
}

export function modelsChapter({ routes, residency }: ModelReach, now: number): Chapter {
  const regions: Phrase =
    residency === 'anywhere'
      ? words('anywhere')
      : residency.length === 0
        ? words('nowhere')
        : listed(residency);
  return {
    facet: 'inference',
    title: 'Models',
    can: routes.map(({ name, provider, models }) =>
      models === 'any'
        ? say`call every model of ${provider} by the name ${name}, answered from ${regions}`
        : say`call ${listed(models)} of ${provider} by the name ${name}, answered from ${regions}`,
    ),
    cannot: [
      words(routes.length === 0 ? 'call any model' : 'call any other model'),
      ...(routes.some(({ credentialEnv }) => credentialEnv !== null)
        ? [words('see the credentials of the providers, unless a variable above passes one in')]
        : []),
    ],
    permissions: grouped(
      routes.map(({ name, endpoint, models, credentialEnv, grant }) =>
        permission(grant, say`${name}`, now, [
          say`at ${endpoint}`,
          models === 'any' ? words('every model') : say`models ${listed(models)}`,
          credentialEnv === null
            ? words('without a credential')
            : say`credential outside, in ${credentialEnv}`,
        ]),
      ),
    ),
  };
}

export function resourcesChapter({ limits, unlimited }: ResourceReach, now: number): Chapter {
  const phrase = (name: (typeof limits)[number]['name'], amount: string) =>
    words(`${amount} ${RESOURCE_PHRASES[name]}`);
  return {
    facet: 'resources',
    title: 'Resources',
    can: [
      ...limits.map(({ name, maximum, unit }) => [
        ...words('use up to '),
        ...phrase(name, amountText(maximum, unit)),
      ]),
      ...(unlimited.length === 0
        ? []
        : [
            words(
              `use as much as the machine gives, because the blueprint sets no limit: ${unlimited.map((name) => RESOURCE_NAMES[name]).join(', ')}`,
            ),
          ]),
    ],
    cannot: limits.length === 0 ? [] : [words('raise any of these limits')],
    permissions: grouped(
      limits.map(({ name, maximum, unit, grant }) =>
        permission(grant, say`${name}`, now, [phrase(name, amountText(maximum, unit))]),
      ),
    ),
  };
}
