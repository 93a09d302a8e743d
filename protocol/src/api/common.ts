import { Type, type Static, type TSchema } from '@sinclair/typebox';
import { Instant, UserId } from '../shared/ids.js';
import { Closed } from '../shared/schema.js';

/** Page of a list: `page` counts from 1; `total` is exact up to 10,000, then 10,000 with `more`. */
export const Page = <T extends TSchema>(item: T) =>
  Type.Object(
    { items: Type.Array(item), page: Type.Integer(), pageSize: Type.Integer(), total: Type.Integer(), more: Type.Boolean() },
    { additionalProperties: false },
  );
export interface Page<T> {
  readonly items: readonly T[];
  readonly page: number;
  readonly pageSize: number;
  readonly total: number;
  readonly more: boolean;
}

/** Query of a paged list (values arrive as text and are coerced at the edge). */
export const pageQuery = {
  page: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000, default: 1 })),
  pageSize: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 20 })),
};

export const PersonRef = Closed({ userId: UserId, name: Type.String() });
export type PersonRef = Static<typeof PersonRef>;

export const created = { createdAt: Instant, createdBy: PersonRef };
export const Empty = Closed({});
