import type { Facet } from '../../../ir/facet.ts';
import type { Phrase } from '../../phrase.ts';
import type { PermissionGroup } from '../permission.ts';

/** What the document says of one facet. Sentences continue "the agent can ..." and "the agent cannot ...". */
export interface Chapter {
  readonly facet: Facet;
  readonly title: string;
  readonly can: readonly Phrase[];
  readonly cannot: readonly Phrase[];
  readonly permissions: readonly PermissionGroup[];
}
